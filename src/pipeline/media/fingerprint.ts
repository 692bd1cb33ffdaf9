import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { throwIfAborted } from '../errors.ts';
import type { MediaFile } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';

const MIB = 1024 * 1024;

/** Files up to this size are read completely; of larger ones, a sample at regular intervals. */
const WHOLE = 32 * MIB;
const SAMPLE = 32 * 1024;
const STRIDE = 256 * 1024;

/**
 * Hex SHA-256 over the size (decimal, newline) and the content: all of it up to 32 MiB; of a larger file the first and
 * last MiB and an eighth of what is between, so that even one re-recorded second of uncompressed sound is noticed.
 */
export async function fingerprint(
  ffmpeg: Pick<Ffmpeg, 'read'>,
  file: MediaFile,
  signal: AbortSignal,
): Promise<string> {
  throwIfAborted(signal);
  const hash = sha256.create().update(new TextEncoder().encode(`${file.bytes}\n`));
  for (const [from, to] of ranges(file.bytes)) {
    hash.update(await ffmpeg.read(file, from, to));
    throwIfAborted(signal);
  }
  return bytesToHex(hash.digest());
}

function* ranges(bytes: number): Generator<readonly [from: number, to: number]> {
  const sampled = bytes > WHOLE;
  const head = sampled ? MIB : bytes;
  for (let at = 0; at < head; at += MIB) yield [at, Math.min(head, at + MIB)];
  if (!sampled) return;
  for (let at = MIB; at < bytes - MIB; at += STRIDE) yield [at, at + SAMPLE];
  yield [bytes - MIB, bytes];
}
