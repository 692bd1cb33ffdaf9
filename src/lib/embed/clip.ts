import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';

/** A clip is in memory while it is dubbed, so larger ones are for the studio. In bytes. */
const LARGEST = 200e6;

/**
 * Fetches one of the site's files, without cookies.
 * @param onBytes called with the size of each piece as it arrives
 * @throws OctaviaError `embed.offline|unreachable|origin|missing|too_large`; `job.cancelled` once aborted
 */
export async function fetchFile(
  address: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<File> {
  const response = await ask(address, signal);
  if (response.status === 404 || response.status === 410) throw new OctaviaError('embed.missing', address);
  if (!response.ok || response.body === null) {
    throw new OctaviaError('embed.unreachable', `${address}: status ${response.status}.`);
  }
  if (Number(response.headers.get('Content-Length')) > LARGEST) throw tooLarge(address);
  const name = new URL(address).pathname.split('/').at(-1) ?? '';
  const parts = await received(response.body, address, signal, onBytes);
  return new File(parts, name, { type: response.headers.get('Content-Type') ?? '' });
}

async function ask(address: string, signal: AbortSignal): Promise<Response> {
  const refused = watchPolicy(address);
  try {
    return await fetch(address, { signal, credentials: 'omit' });
  } catch (cause) {
    throwIfAborted(signal);
    if (!navigator.onLine) throw new OctaviaError('embed.offline', address, { cause });
    throw new OctaviaError((await refused.seen()) ? 'embed.origin' : 'embed.unreachable', address, { cause });
  } finally {
    refused.end();
  }
}

/** Whether this server's policy blocks an address; the failed fetch itself does not say so. */
function watchPolicy(address: string) {
  let seen = false;
  const note = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
    seen ||= address.startsWith(blockedURI);
  };
  document.addEventListener('securitypolicyviolation', note);
  return {
    /** The browser reports a violation in a separate task. */
    seen: () => new Promise<boolean>((resolve) => setTimeout(() => resolve(seen))),
    end: () => document.removeEventListener('securitypolicyviolation', note),
  };
}

async function received(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  address: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      onBytes(part.length);
      bytes += part.length;
      // Leaving the loop ends the transfer.
      if (bytes > LARGEST) throw tooLarge(address);
    }
  } catch (cause) {
    throwIfAborted(signal);
    if (cause instanceof OctaviaError) throw cause;
    throw new OctaviaError(navigator.onLine ? 'embed.unreachable' : 'embed.offline', address, { cause });
  }
  return parts;
}

function tooLarge(address: string): OctaviaError {
  return new OctaviaError('embed.too_large', `${address} has more than ${LARGEST / 1e6} MB.`);
}
