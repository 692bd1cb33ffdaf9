import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@octavia/pipeline';
import { ffmpeg, octavia } from '../support/cli/octavia.ts';
import { longVideo } from '../support/sound/long-video.ts';
import type { Bench, Measure } from './measure.ts';

/** `OCTAVIA_BENCH_MINUTES=480 npm run -s octavia -- bench memory` */
const LONG_MINUTES = Number(process.env['OCTAVIA_BENCH_MINUTES'] ?? 60);
const SHORT_MINUTES = 10;
/** All that runs over the whole sound, whatever is said in it. */
const PLAIN = ['demux', 'vad', 'mix', 'mux'] as const;

/**
 * Peak memory of a long dub against a short one, with own subtitles and the starter's voice, and the time of the stages
 * that run over the whole sound, beside ffmpeg decoding and encoding the same file.
 */
export const bench: Bench = async (signal) => {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-memory-'));
  try {
    const short = await dubbed(folder, SHORT_MINUTES);
    signal.throwIfAborted();
    const long = await dubbed(folder, LONG_MINUTES);
    const length = `${LONG_MINUTES} min of video`;
    const share = (seconds: number) => (100 * seconds) / (60 * LONG_MINUTES);
    const plain = PLAIN.map((stage) => [stage, long.stages[stage]?.seconds ?? 0] as const);
    const together = plain.reduce((sum, [, seconds]) => sum + seconds, 0);
    return [
      { name: `peak memory, ${SHORT_MINUTES} min`, value: short.peak / 1e6, unit: 'MB' },
      { name: `peak memory, ${LONG_MINUTES} min`, value: long.peak / 1e6, unit: 'MB', atMost: 1000 },
      { name: 'peak memory, long against short', value: long.peak / short.peak, unit: '×', atMost: 1.2 },
      ...plain.map(([stage, seconds]): Measure => ({
        name: `${stage}, of the length`,
        value: share(seconds),
        unit: '%',
      })),
      { name: 'these together', value: share(together), unit: '%', atMost: 3, note: length },
      { name: 'ffmpeg decoding and encoding it', value: share(long.floor), unit: '%', note: length },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function dubbed(folder: string, minutes: number) {
  const { video, subtitles } = await longVideo(folder, minutes);
  const report = join(folder, 'report.json');
  const wish = ['--to', 'es', '--subtitles', subtitles, '--pack', 'starter', '--report', report];
  const { code, stderr } = await octavia(['dub', video, ...wish, '--out', join(folder, 'dub.mp4')]);
  if (code !== 0) throw new Error(stderr);
  const { stages, peakMemoryBytes } = JSON.parse(await readFile(report, 'utf8')) as Report;
  const began = performance.now();
  ffmpeg('ffmpeg', '-nostdin', '-v', 'error', '-y', '-i', video, '-c:v', 'copy', join(folder, 'floor.mp4'));
  return { stages, peak: peakMemoryBytes ?? Infinity, floor: (performance.now() - began) / 1000 };
}
