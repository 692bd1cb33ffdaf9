/**
 * Makes the sample clip and its subtitles in static/sample: picture drawn by picture.ts, speech by flite, music by
 * music.ts, so nobody else has rights to it. Needs ffmpeg with libx264.
 *
 *   node gpu-worker/sample/make.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frame, FRAME_RATE, HEIGHT, WIDTH } from './picture.ts';
import { music } from './music.ts';
import { SCRIPT, TAIL } from './script.ts';
import { speak, SPEECH_RATE } from './speech.ts';

const RATE = 48_000;
/** Peak of the speech, −6 dBFS. */
const SPEECH_PEAK = 0.5;

interface Placed {
  readonly start: number;
  readonly end: number;
  readonly speech: Float32Array;
}

async function place(): Promise<{ lines: Placed[]; seconds: number }> {
  const lines: Placed[] = [];
  let now = 0;
  for (const { english, pause } of SCRIPT) {
    const speech = await speak(english);
    const start = now + pause;
    now = start + speech.length / SPEECH_RATE;
    lines.push({ start, end: now, speech });
  }
  return { lines, seconds: Math.ceil((now + TAIL) * FRAME_RATE) / FRAME_RATE };
}

function mixed(lines: readonly Placed[], seconds: number): Buffer {
  const [left, right] = music(seconds, RATE);
  for (const { start, speech } of lines) {
    const gain = SPEECH_PEAK / speech.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
    const first = Math.round(start * RATE);
    for (let i = 0; i < (speech.length - 1) * (RATE / SPEECH_RATE); i++) {
      const at = (i * SPEECH_RATE) / RATE;
      const before = speech[Math.floor(at)] ?? 0;
      const value = gain * (before + ((speech[Math.floor(at) + 1] ?? 0) - before) * (at % 1));
      left[first + i] = (left[first + i] ?? 0) + value;
      right[first + i] = (right[first + i] ?? 0) + value;
    }
  }
  const bytes = Buffer.alloc(left.length * 8);
  for (let i = 0; i < left.length; i++) {
    bytes.writeFloatLE(left[i] ?? 0, 8 * i);
    bytes.writeFloatLE(right[i] ?? 0, 8 * i + 4);
  }
  return bytes;
}

async function encode(sound: string, seconds: number, output: string): Promise<void> {
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${WIDTH}x${HEIGHT}`, '-r', `${FRAME_RATE}`];
  const pcm = ['-f', 'f32le', '-ar', `${RATE}`, '-ac', '2'];
  const video = ['-c:v', 'libx264', '-preset', 'slow', '-crf', '25', '-pix_fmt', 'yuv420p', '-bitexact'];
  const audio = ['-c:a', 'aac', '-b:a', '112k', '-metadata:s:a:0', 'language=eng'];
  const ffmpeg = spawn(
    'ffmpeg',
    ['-y', '-v', 'error', ...picture, '-i', '-', ...pcm, '-i', sound, ...video, ...audio].concat([
      '-movflags',
      '+faststart',
      output,
    ]),
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const frames = Math.round(seconds * FRAME_RATE);
  for (let i = 0; i < frames; i++) {
    if (!ffmpeg.stdin.write(frame(i / frames, i / FRAME_RATE))) await once(ffmpeg.stdin, 'drain');
  }
  ffmpeg.stdin.end();
  const [code] = (await once(ffmpeg, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

function srt(lines: readonly Placed[], texts: readonly string[]): string {
  return lines
    .map(({ start, end }, i) => `${i + 1}\n${stamp(start)} --> ${stamp(end)}\n${texts[i] ?? ''}\n`)
    .join('\n');
}

function stamp(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace('.', ',');
}

const folder = join(import.meta.dirname, '../../static/sample');
await mkdir(folder, { recursive: true });
const { lines, seconds } = await place();
const sound = join(folder, 'sound.f32le');
try {
  await writeFile(sound, mixed(lines, seconds));
  await encode(sound, seconds, join(folder, 'octavia-sample.mp4'));
} finally {
  await rm(sound, { force: true });
}
for (const [tag, language] of [
  ['en', 'english'],
  ['es', 'spanish'],
] as const) {
  const text = srt(
    lines,
    SCRIPT.map((line) => line[language]),
  );
  await writeFile(join(folder, `octavia-sample.${tag}.srt`), text);
}
