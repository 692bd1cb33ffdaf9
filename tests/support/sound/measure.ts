import { spawnSync } from 'node:child_process';
import { ffmpeg } from '../cli/octavia.ts';

/** Integrated loudness (LUFS) and true peak (dBTP) of an audio track, by ffmpeg's own meter (EBU R 128). */
export function loudness(file: string, track: number): { lufs: number; truePeak: number } {
  const { stderr } = ffmpeg(
    'ffmpeg',
    ...['-hide_banner', '-nostats', '-i', file, '-map', `0:a:${track}`],
    ...['-af', 'ebur128=peak=true', '-f', 'null', '-'],
  );
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const value = (label: RegExp) => Number(label.exec(summary)?.[1]);
  return { lufs: value(/I:\s+(-?[\d.]+) LUFS/), truePeak: value(/Peak:\s+(-?[\d.]+) dBFS/) };
}

/** MD5 over the packets of the picture, as they lie in the file. */
export function pictureHash(file: string): string {
  return ffmpeg(
    'ffmpeg',
    '-v',
    'error',
    '-i',
    file,
    '-map',
    '0:v',
    '-c',
    'copy',
    '-f',
    'md5',
    '-',
  ).stdout.trim();
}

/** An audio track as mono floats. */
export function samples(file: string, track: number, sampleRate: number): Float32Array {
  const args = ['-v', 'error', '-i', file, '-map', `0:a:${track}`, '-ac', '1', '-ar', `${sampleRate}`];
  const { stdout, status } = spawnSync('ffmpeg', [...args, '-f', 'f32le', '-'], { maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${file} could not be decoded`);
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength));
}

/**
 * Seconds at which sound begins after a silence, by energy alone: independent of the voice activity model that
 * the report uses. For dubs without background.
 * @param pause least silence in seconds that ends an utterance
 */
export function onsets(sound: Float32Array, sampleRate: number, pause: number): number[] {
  const step = Math.round(sampleRate / 500);
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const found: number[] = [];
  let quiet = Infinity;
  for (let at = 0; at + step <= sound.length; at += step) {
    const loudest = sound.subarray(at, at + step).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // −40 dB below the peak: above coding noise, below every speech sound that one hears as a beginning.
    if (loudest < peak / 100) quiet += step / sampleRate;
    else {
      if (quiet >= pause) found.push(at / sampleRate);
      quiet = 0;
    }
  }
  return found;
}
