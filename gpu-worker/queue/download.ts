import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { OctaviaError } from '@octavia/pipeline/errors';

export interface Download {
  readonly url: string;
  readonly path: string;
  /** The expected size. */
  readonly bytes: number;
  /** Bytes of one request. */
  readonly chunkBytes?: number;
  /** Milliseconds for one request. */
  readonly timeoutMs?: number;
  readonly backoffMs?: number;
}

/** At 5 Mbit/s, the slowest line that is worth it, 16 MiB take 27 s of the 60 that a request has. */
const CHUNK_BYTES = 16 * 2 ** 20;
const TIMEOUT_MS = 60_000;
const BACKOFF_MS = 500;
/** Failures in a row, without a single new byte, before giving up: with the pauses, about a minute. */
const MAX_FAILURES = 8;

/** The source is not the announced file. */
class Unusable extends OctaviaError {}

/** The source says it has no such file for us; right after an upload this may pass. */
class Absent extends Error {}

/** The source does not answer or is failing: this says nothing about the file, and a later attempt may work. */
export class SourceDown extends Error {
  override readonly name = 'SourceDown';
}

/**
 * Fetches a file in ranges and continues where it stopped, after a broken connection or a restart with part of the file
 * already here.
 * Errors: `input.truncated` when the source is shorter, `policy.quota` when it is longer than announced,
 * `input.missing` when the source keeps saying it does not exist, `storage.full`, `job.cancelled`; SourceDown.
 */
export async function download(wanted: Download, signal: AbortSignal): Promise<void> {
  const { path, bytes, chunkBytes = CHUNK_BYTES } = wanted;
  let done = Math.min(await sizeOf(path), bytes);
  const file = await open(path, done > 0 ? 'r+' : 'w', 0o600);
  try {
    let failures = 0;
    while (done < bytes) {
      const before = done;
      const end = Math.min(done + chunkBytes, bytes) - 1;
      try {
        for await (const chunk of fetchRange(wanted, done, end, signal)) {
          await writeAt(file, chunk, done);
          done += chunk.byteLength;
        }
        failures = 0;
      } catch (error) {
        if (signal.aborted) throw new OctaviaError('job.cancelled', undefined, { cause: error });
        if (error instanceof OctaviaError) throw error;
        failures = done > before ? 1 : failures + 1;
        if (failures >= MAX_FAILURES) throw givenUp(error);
        const ms = (wanted.backoffMs ?? BACKOFF_MS) * 2 ** Math.min(failures, 5);
        await sleep(ms, undefined, { signal }).catch(() => undefined);
      }
    }
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

function givenUp(cause: unknown): Error {
  if (cause instanceof Absent) return new OctaviaError('input.missing', cause.message, { cause });
  return new SourceDown('The source of the file does not answer.', { cause });
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

/** The bytes from `start` to `end`, both included, until the connection breaks. */
async function* fetchRange(
  { url, bytes, timeoutMs }: Download,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const response = await fetch(url, {
    headers: { Range: `bytes=${start}-${end}`, 'Accept-Encoding': 'identity' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS)]),
  });
  if (response.status !== 206 || !response.body) {
    await response.body?.cancel();
    refuse(response.status);
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  const total = Number(range?.[3]);
  if (total < bytes)
    throw new Unusable('input.truncated', `The file has ${total} bytes instead of ${bytes}.`);
  if (total > bytes) throw new Unusable('policy.quota', 'The file is larger than announced.');
  if (Number(range?.[1]) !== start) throw new Error('The source answered with a different range.');
  let left = end - start + 1;
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    left -= chunk.byteLength;
    if (left < 0) throw new Error('The source sent more than requested.');
    yield chunk;
  }
  if (left > 0) throw new Error('The connection broke.');
}

function refuse(status: number): never {
  if (status === 416) throw new Unusable('input.truncated');
  const Fault = [401, 403, 404, 410].includes(status) ? Absent : Error;
  throw new Fault(`The source answered ${status}.`);
}

async function writeAt(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  try {
    for (let from = 0; from < chunk.byteLength;) {
      from += (await file.write(chunk, from, undefined, position + from)).bytesWritten;
    }
  } catch (error) {
    const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw new OctaviaError(full ? 'storage.full' : 'storage.failed', undefined, { cause: error });
  }
}
