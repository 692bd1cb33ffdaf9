import type { Pcm } from '../media-types.ts';

/**
 * Mono sound as bytes for the store: magic, sample rate, scale and count (little-endian), then 16-bit samples. The
 * scale preserves sound beyond full scale.
 */
const MAGIC = 0x3143504f; // "OPC1"
const HEADER_BYTES = 16;
const FULL_SCALE = 32767;

/** @param pcm mono; further channels are not kept */
export function encodePcm(pcm: Pcm): Uint8Array {
  const samples = pcm.channels[0] ?? new Float32Array(0);
  const scale = samples.reduce((peak, x) => Math.max(peak, Math.abs(x)), 1);
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, pcm.sampleRate, true);
  view.setFloat32(8, scale, true);
  view.setUint32(12, samples.length, true);
  samples.forEach((x, i) => view.setInt16(HEADER_BYTES + 2 * i, Math.round((x / scale) * FULL_SCALE), true));
  return bytes;
}

/** Reads what {@link encodePcm} wrote; undefined for anything else, so that a damaged entry is recomputed. */
export function decodePcm(bytes: Uint8Array): Pcm | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(12, true);
  if (view.getUint32(0, true) !== MAGIC || bytes.length !== HEADER_BYTES + 2 * count) return undefined;
  const scale = view.getFloat32(8, true) / FULL_SCALE;
  const samples = new Float32Array(count);
  for (let i = 0; i < count; i++) samples[i] = view.getInt16(HEADER_BYTES + 2 * i, true) * scale;
  return { sampleRate: view.getUint32(4, true), channels: [samples] };
}
