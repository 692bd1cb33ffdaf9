import { gunzipSync, inflateRawSync } from 'node:zlib';

/** Far larger than any file in an archive. */
const LONGEST = 2e9;

/** The named files of a wheel, which is a zip archive; see APPNOTE 6.3.10, 4.3. Undefined when it is not one. */
export function readZip(archive: Buffer, names: ReadonlySet<string>): Map<string, Uint8Array> | undefined {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) return undefined;
  const found = new Map<string, Uint8Array>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (names.has(name)) found.set(name, zipEntry(archive, at));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return found;
}

/** @param at offset of its record in the central directory, which always has its sizes */
function zipEntry(archive: Buffer, at: number): Uint8Array {
  const packed = archive.readUInt32LE(at + 20);
  const header = archive.readUInt32LE(at + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const bytes = archive.subarray(start, start + packed);
  const stored = archive.readUInt16LE(at + 10) === 0;
  return stored ? bytes : inflateRawSync(bytes, { maxOutputLength: LONGEST });
}

/** The named files of an npm package, which is a gzipped tar archive (POSIX ustar). */
export function readTarball(archive: Buffer, names: ReadonlySet<string>): Map<string, Uint8Array> {
  const tar = gunzipSync(archive, { maxOutputLength: LONGEST });
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at + 512 <= tar.length;) {
    const name = text(tar, at, 100);
    const prefix = text(tar, at + 345, 155);
    const length = Number.parseInt(text(tar, at + 124, 12), 8) || 0;
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (names.has(path)) found.set(path, tar.subarray(at + 512, at + 512 + length));
    at += 512 + Math.ceil(length / 512) * 512;
  }
  return found;
}

function text(tar: Buffer, at: number, length: number): string {
  const field = tar.toString('utf8', at, at + length);
  return field.slice(0, Math.max(0, `${field}\0`.indexOf('\0'))).trim();
}
