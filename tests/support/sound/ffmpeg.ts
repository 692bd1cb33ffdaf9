import { spawnSync } from 'node:child_process';

/** Interleaves planar sound as little-endian float bytes. */
function interleave(channels: readonly Float32Array[]): Uint8Array {
  const count = channels.length;
  const flat = new Float32Array((channels[0]?.length ?? 0) * count);
  channels.forEach((samples, c) => samples.forEach((x, i) => (flat[i * count + c] = x)));
  return new Uint8Array(flat.buffer);
}

/** What ffmpeg's own meter says: integrated loudness (LUFS) and true peak (dBTP). */
export function ebur128(
  channels: readonly Float32Array[],
  sampleRate: number,
): { lufs: number; peak: number } {
  const format = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', String(channels.length)];
  const { stderr } = spawnSync(
    'ffmpeg',
    ['-hide_banner', '-nostats', ...format, '-i', '-', '-af', 'ebur128=peak=true', '-f', 'null', '-'],
    { input: interleave(channels), maxBuffer: 1 << 28 },
  );
  const text = stderr.toString().split('Summary:').at(-1) ?? '';
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
  return { lufs: number(/I:\s+(-?[\d.]+) LUFS/), peak: number(/Peak:\s+(-?[\d.]+) dBFS/) };
}
