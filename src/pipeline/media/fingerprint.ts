import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { throwIfAborted } from '../errors.ts';
import type { MediaFile } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';

const MIB = 1024 * 1024;

/** Hex SHA-256 over the size (decimal, newline), the first and the last MiB: cheap for files of any length. */
export async function fingerprint(
  ffmpeg: Pick<Ffmpeg, 'read'>,
  file: MediaFile,
  signal: AbortSignal,
): Promise<string> {
  throwIfAborted(signal);
  const hash = sha256.create().update(new TextEncoder().encode(`${file.bytes}\n`));
  hash.update(await ffmpeg.read(file, 0, MIB));
  throwIfAborted(signal);
  if (file.bytes > MIB) hash.update(await ffmpeg.read(file, Math.max(MIB, file.bytes - MIB), file.bytes));
  return bytesToHex(hash.digest());
}
