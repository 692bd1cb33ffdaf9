import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Short content hash of plain data, used to name remembered results. */
export function hashOf(inputs: unknown): string {
  return hashOfBytes(new TextEncoder().encode(JSON.stringify(inputs)));
}

/** Short content hash of bytes. */
export function hashOfBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes)).slice(0, 32);
}
