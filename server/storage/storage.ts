import { createHash } from 'node:crypto';
import { OctaviaError } from '@octavia/pipeline/errors';

/** A body that is read once, from start to end. */
export type Body = ReadableStream<Uint8Array>;

export interface StoredFile {
  readonly bytes: number;
  /** Strong and quoted, as in an ETag header. */
  readonly etag: string;
}

export interface PutOptions {
  readonly contentType: string;
  /** Length of the body, when known. */
  readonly bytes?: number;
  /** Hex SHA-256 that the body must have. */
  readonly sha256?: string;
}

interface LinkOptions {
  readonly expires: Date;
  /** The file's name when saved. */
  readonly filename: string;
  readonly contentType: string;
  /** Where the caller reaches this server, which serves the files on its own disk. */
  readonly origin: string;
}

/**
 * Named files that outlive the server: local disk, an S3-compatible bucket, or Bunny Storage. A key is a series of
 * segments of [A-Za-z0-9._-], none starting with a dot, joined by '/'. A put is all or nothing: readers see the old
 * file or the whole new one. All three pass tests/contract/cloud-storage.node.test.ts.
 */
export interface Storage {
  readonly kind: 'disk' | 's3' | 'bunny';
  /** Errors: `output.missing` when the hash differs, `storage.full`, `unavailable`. */
  put(key: string, body: Body, options: PutOptions): Promise<{ bytes: number; sha256: string }>;
  /** @param range bytes, both ends included */
  get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<(StoredFile & { body: Body }) | undefined>;
  stat(key: string): Promise<StoredFile | undefined>;
  /** Deleting a file that does not exist is not an error. */
  delete(key: string): Promise<void>;
  /** Deletes everything below a key, including files a crash left there before anything named them. Disk only. */
  deleteBelow?(key: string): Promise<void>;
  /** A link that anyone can open until it expires, answering Range requests. */
  link(key: string, options: LinkOptions): Promise<string>;
}

const KEY = /^(?!\.)[A-Za-z0-9._-]{1,200}(?:\/(?!\.)[A-Za-z0-9._-]{1,200}){0,9}$/;

export function checkKey(key: string): string {
  if (!KEY.test(key)) throw new OctaviaError('not.found');
  return key;
}

/** Passes a body on, and reports its length and hash once it has been read. */
export function measured(body: Body): {
  body: AsyncGenerator<Uint8Array>;
  result: () => { bytes: number; sha256: string };
} {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* pass() {
    for await (const chunk of body) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  let sha256: string | undefined;
  return { body: pass(), result: () => ({ bytes, sha256: (sha256 ??= hash.digest('hex')) }) };
}

/** Errors: `output.missing` when the bytes are not those announced. */
export function checkMeasure(found: { bytes: number; sha256: string }, promised: PutOptions): void {
  const short = promised.bytes !== undefined && promised.bytes !== found.bytes;
  if (short || (promised.sha256 !== undefined && promised.sha256 !== found.sha256)) {
    throw new OctaviaError('output.missing');
  }
}

/** A body produced while it is read. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): Body {
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => void (await chunks.return(undefined)),
  });
}

/** A whole small body. */
export async function readAll(body: Body): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

export function bodyOf(bytes: Uint8Array): Body {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
