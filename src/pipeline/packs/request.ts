import { OctaviaError, throwIfAborted } from '../errors.ts';
import { Trouble } from './patience.ts';
import type { Fetch, FetchResponse } from './platform.ts';

/**
 * Asks a host for something.
 * @throws Trouble when the connection or the host has a problem that may pass
 */
export async function request(
  fetch: Fetch,
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<FetchResponse> {
  let response: FetchResponse;
  try {
    response = await fetch(address, { headers, signal });
  } catch (thrown) {
    throwIfAborted(signal);
    throw new Trouble(because(thrown), undefined, { cause: thrown });
  }
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) {
    await drop(response);
    throw new Trouble(`it answered ${status}`, retryAfter(response));
  }
  return response;
}

/** The body in pieces. @throws Trouble when the connection breaks */
export async function* pieces(response: FetchResponse, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((thrown: unknown) => {
        throw new Trouble(because(thrown), undefined, { cause: thrown });
      });
      throwIfAborted(signal);
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    // Ends the request when the reader stops early; does nothing after the end.
    await reader.cancel().catch(() => undefined);
  }
}

/** Refuses a response that is not the file. @throws OctaviaError `model.unavailable` */
export async function requireFile(response: FetchResponse, address: string): Promise<void> {
  const { status } = response;
  const page = response.headers.get('content-type')?.startsWith('text/html') === true;
  if ((status === 200 || status === 206) && !page) return;
  await drop(response);
  const what = page && status === 200 ? 'a web page (a login?) instead of the file' : `${status}`;
  throw new OctaviaError(
    'model.unavailable',
    `${address} answered ${what}. Try again later, choose a mirror (OCTAVIA_MODEL_HOST), or import the files from a folder.`,
  );
}

/** Discards an unwanted response. */
export async function drop(response: FetchResponse): Promise<void> {
  await response.body
    ?.getReader()
    .cancel()
    .catch(() => undefined);
}

/** The reason of a failed fetch; Node hides it behind one or more causes. */
function because(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error && thrown.cause.message !== ''
    ? because(thrown.cause)
    : thrown.message;
}

/** Seconds; the date form is ignored (RFC 9110, 10.2.3). */
function retryAfter({ headers }: FetchResponse): number | undefined {
  const value = headers.get('retry-after') ?? '';
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
