import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../cli/octavia.ts';
import { speechClip } from '../../fixtures/clip.ts';

/** Seconds of real speech that a long video repeats. */
const LOOP = 15;
const LINE = 'Pregunten qué pueden hacer ustedes por su país.';

/** A made-up video: a small picture, real speech again and again, and one Spanish line for each minute. */
export async function longVideo(
  folder: string,
  minutes: number,
): Promise<{ video: string; subtitles: string }> {
  const { video: source } = await speechClip(LOOP);
  const [video, subtitles] = [join(folder, `${minutes}.mp4`), join(folder, `${minutes}.srt`)];
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=1'];
  const sound = ['-stream_loop', '-1', '-i', source, '-map', '0:v', '-map', '1:a'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-ac', '2', '-ar', '48000'];
  const args = [...picture, ...sound, '-t', `${60 * minutes}`, ...coding, video];
  ffmpeg('ffmpeg', '-nostdin', '-v', 'error', '-y', ...args);
  const cues = Array.from(
    { length: minutes },
    (_, i) => `${i + 1}\n${time(i, 1)} --> ${time(i, 5)}\n${LINE}\n`,
  );
  await writeFile(subtitles, cues.join('\n'));
  return { video, subtitles };
}

function time(minute: number, second: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)},000`;
}
