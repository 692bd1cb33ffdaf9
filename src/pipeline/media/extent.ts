import type { MediaFile } from '../ports.ts';
import type { Ffmpeg } from './ffmpeg.ts';

/** Where a container's boxes end, and what kind of file it is, from the headers alone. */
export interface Extent {
  readonly kind: 'mp4' | 'mov' | 'matroska' | 'webm' | 'riff' | 'other';
  /** Bytes the headers announce beyond the end of the file; 0 when it is complete or they do not say. */
  readonly missing: number;
}

/** The boxes a file may begin with; the oldest QuickTime files have no ftyp. */
const ISO_BOXES = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'styp', 'pnot']);

/** Reads only top-level headers, so that a truncated download is noticed without reading all of it. */
export async function extent(ffmpeg: Ffmpeg, file: MediaFile): Promise<Extent> {
  const head = await ffmpeg.read(file, 0, 4096);
  if (head.length < 12) return { kind: 'other', missing: 0 };
  if (ISO_BOXES.has(text(head, 4, 8))) return isoExtent(ffmpeg, file, head);
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3)
    return ebmlExtent(file, head);
  if (text(head, 0, 4) === 'RIFF') return riffExtent(file, head);
  return { kind: 'other', missing: 0 };
}

/** The boxes that may follow. Anything else after the last box is a vendor's trailer, not damage. */
const LATER_BOXES = new Set([
  ...ISO_BOXES,
  ...['moof', 'mfra', 'sidx', 'ssix', 'emsg', 'prft', 'pdin', 'meta', 'udta', 'uuid', 'bloc', 'imda', 'PICT'],
]);

/** ISO/IEC 14496-12 §4.2: boxes of 32-bit size and type; size 1 means a 64-bit size follows, 0 to the end. */
async function isoExtent(ffmpeg: Ffmpeg, file: MediaFile, head: Uint8Array): Promise<Extent> {
  const branded = text(head, 4, 8) === 'ftyp' && text(head, 8, 12) !== 'qt  ';
  const kind = branded ? 'mp4' : 'mov';
  let at = 0;
  while (at + 8 <= file.bytes) {
    const box = await ffmpeg.read(file, at, at + 16);
    const small = uint(box, 0, 4);
    const size = small === 1 && box.length === 16 ? uint(box, 8, 8) : small === 0 ? file.bytes - at : small;
    if (size < 8 || !LATER_BOXES.has(text(box, 4, 8))) break;
    at += size;
  }
  return { kind, missing: Math.max(0, at - file.bytes) };
}

/** RFC 8794: the EBML header, then one Segment; a size of all ones means unknown. */
function ebmlExtent(file: MediaFile, head: Uint8Array): Extent {
  const header = vint(head, 4);
  const kind = text(head, 0, header.next + header.value).includes('webm') ? 'webm' : 'matroska';
  const segment = header.next + header.value;
  if (uint(head, segment, 4) !== 0x18538067) return { kind, missing: 0 };
  const size = vint(head, segment + 4);
  return { kind, missing: size.unknown ? 0 : Math.max(0, size.next + size.value - file.bytes) };
}

/** The first RIFF chunk; sizes of 0 and 2³²−1 come from writers that could not go back to fill them in. */
function riffExtent(file: MediaFile, head: Uint8Array): Extent {
  const size = (head[4] ?? 0) + ((head[5] ?? 0) << 8) + ((head[6] ?? 0) << 16) + (head[7] ?? 0) * 0x1000000;
  const known = size !== 0 && size !== 0xffffffff;
  return { kind: 'riff', missing: known ? Math.max(0, size + 8 - file.bytes) : 0 };
}

function uint(bytes: Uint8Array, at: number, length: number): number {
  return bytes.subarray(at, at + length).reduce((value, byte) => value * 256 + byte, 0);
}

function vint(bytes: Uint8Array, at: number): { value: number; next: number; unknown: boolean } {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  const bits = first & (0xff >> length);
  const rest = bytes.subarray(at + 1, at + length);
  return {
    value: rest.reduce((value, byte) => value * 256 + byte, bits),
    next: at + length,
    unknown: bits === 0xff >> length && rest.every((byte) => byte === 0xff),
  };
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
