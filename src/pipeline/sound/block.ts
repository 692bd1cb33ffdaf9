import type { Planes } from './sound.ts';

/**
 * A block of sound as bytes for the store: magic, channels, frames, scale, check sum (little-endian, 4 bytes each),
 * then the channels one after the other, as 16-bit samples or as floats. Of digital silence there is only the header.
 */
const MAGIC = { pcm16: 0x36314253, float: 0x32334253, silence: 0x30304253 } as const;
const SUM_AT = 16;
const HEADER_BYTES = 20;
const FULL_SCALE = 32_768;

/** `pcm16`: what was 16-bit sound stays so to the bit, and what goes beyond full scale stays whole. */
export type BlockFormat = 'pcm16' | 'float';

const FORMATS = ['pcm16', 'float', 'silence'] as const;
const SAMPLE_BYTES = { pcm16: 2, float: 4, silence: 0 } as const;

export function encodeBlock(planes: Planes, wanted: BlockFormat): Uint8Array {
  const frames = planes[0]?.length ?? 0;
  const format = planes.every((samples) => samples.every((x) => x === 0)) ? 'silence' : wanted;
  const size = SAMPLE_BYTES[format];
  const bytes = new Uint8Array(HEADER_BYTES + planes.length * frames * size);
  const scale = format === 'pcm16' ? scaleOf(planes) : 1;
  planes.forEach((samples, channel) => {
    const at = HEADER_BYTES + channel * frames * size;
    if (format === 'silence') return;
    if (format === 'float') new Float32Array(bytes.buffer, at, frames).set(samples);
    else {
      const written = new Int16Array(bytes.buffer, at, frames);
      const most = FULL_SCALE - 1;
      for (let i = 0; i < frames; i++) {
        written[i] = Math.min(most, Math.round((samples[i]! / scale) * FULL_SCALE));
      }
    }
  });
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC[format], true);
  view.setUint32(4, planes.length, true);
  view.setUint32(8, frames, true);
  view.setFloat32(12, scale, true);
  view.setUint32(SUM_AT, checkSum(bytes), true);
  return bytes;
}

/** What {@link encodeBlock} wrote; undefined for anything else. @param bytes aligned to 4 bytes */
export function decodeBlock(bytes: Uint8Array): Float32Array[] | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  const [channels, frames] = [view.getUint32(4, true), view.getUint32(8, true)];
  const format = FORMATS.find((one) => MAGIC[one] === magic);
  if (format === undefined) return undefined;
  const size = SAMPLE_BYTES[format];
  if (bytes.length !== HEADER_BYTES + channels * frames * size) return undefined;
  if (view.getUint32(SUM_AT, true) !== checkSum(bytes)) return undefined;
  const scale = view.getFloat32(12, true) / FULL_SCALE;
  return Array.from({ length: channels }, (_, channel) => {
    const at = bytes.byteOffset + HEADER_BYTES + channel * frames * size;
    if (format === 'silence') return new Float32Array(frames);
    if (format === 'float') return new Float32Array(bytes.buffer, at, frames).slice();
    const kept = new Int16Array(bytes.buffer, at, frames);
    const samples = new Float32Array(frames);
    for (let i = 0; i < frames; i++) samples[i] = kept[i]! * scale;
    return samples;
  });
}

function scaleOf(planes: Planes): number {
  let scale = 1;
  for (const samples of planes) {
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i]!;
      // 16 bits reach from −1 to almost 1.
      const needed = x < 0 ? -x : (x * FULL_SCALE) / (FULL_SCALE - 1);
      if (needed > scale) scale = needed;
    }
  }
  // As it is kept, so that both ways use the same.
  return Math.fround(scale);
}

/** Over everything but itself, by words: it detects accidents, not attacks. */
function checkSum(bytes: Uint8Array): number {
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  let sum = 1;
  for (let i = 0; i < words.length; i++) {
    if (i < SUM_AT / 2 || i >= HEADER_BYTES / 2) sum = (Math.imul(sum, 31) + words[i]!) | 0;
  }
  return sum >>> 0;
}
