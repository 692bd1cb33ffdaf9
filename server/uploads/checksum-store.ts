import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import type { UploadLocks } from '../db/upload-locks.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

/** The algorithms of the tus checksum extension that this server knows; sha1 is the one it MUST support. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'md5'] as const;

export interface Checksum {
  readonly algorithm: (typeof CHECKSUM_ALGORITHMS)[number];
  /** Base64. */
  readonly digest: string;
}

/** What the current request promised about its body; the store has no other way to learn of its headers. */
export const promisedChecksum = new AsyncLocalStorage<Checksum | undefined>();

/** Errors: `tus.checksum` when the header cannot be honoured; it is never ignored. */
export function readChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined;
  const [name, digest, rest] = header.trim().split(' ');
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name);
  if (!algorithm || !digest || rest !== undefined) throw new OctaviaError('tus.checksum');
  return { algorithm, digest };
}

/** A failed write, in the shape that @tus/server turns into a response. */
function refusal(status_code: number, body: string): Error {
  return Object.assign(new Error(body), { status_code, body: `${body}\n` });
}

/**
 * The file store with the checksum extension. Bytes that failed their check, or that came with a body longer than the
 * upload, are removed again: "the Server MUST discard the chunk" (tus 1.0, checksum). Bytes from a broken connection
 * are kept when no checksum was announced for them.
 */
export class ChecksumFileStore extends FileStore {
  readonly #folder: string;
  readonly #locks: UploadLocks;

  constructor(folder: string, locks: UploadLocks) {
    super({ directory: folder });
    this.#folder = folder;
    this.#locks = locks;
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const path = join(this.#folder, id);
    const checksum = promisedChecksum.getStore();
    const hash = checksum && createHash(checksum.algorithm);
    let received = 0;
    const locks = this.#locks;
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        // After being frozen or cut off, this process no longer knows what the file holds.
        if (!locks.has(id)) throw refusal(423, 'Locked');
        received += chunk.byteLength;
        hash?.update(chunk);
        yield chunk;
      }
    };
    try {
      await pipeline(readable, counted, createWriteStream(path, { flags: 'r+', start: offset }));
    } catch (error) {
      const { status_code: status } = error as { status_code?: number };
      if ((checksum || status === 413) && locks.has(id)) await truncate(path, offset);
      throw error;
    }
    if (checksum && hash?.digest('base64') !== checksum.digest) {
      await truncate(path, offset);
      throw refusal(460, 'Checksum Mismatch');
    }
    return offset + received;
  }
}
