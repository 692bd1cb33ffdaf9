import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '@octavia/pipeline';
import { octavia } from '../support/cli/octavia.ts';
import { longVideo } from '../support/sound/long-video.ts';

/** When the whole sound was in memory, seven minutes more took 260 MB more. */
const [SHORT, LONG] = [1, 8];
const MORE_BYTES = 100e6;

it('a longer video takes no more memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-flat-'));
  const peaks: number[] = [];
  for (const minutes of [SHORT, LONG]) {
    const { video, subtitles } = await longVideo(folder, minutes);
    const report = join(folder, 'report.json');
    const wish = ['--to', 'es', '--subtitles', subtitles, '--pack', 'starter', '--report', report];
    const { code, stderr } = await octavia([
      'dub',
      video,
      ...wish,
      '--out',
      join(folder, `${minutes}.es.mp4`),
    ]);
    expect(code, stderr).toBe(0);
    const { peakMemoryBytes, durationMatch } = JSON.parse(await readFile(report, 'utf8')) as Report;
    expect(durationMatch).toBeGreaterThan(0.999);
    peaks.push(peakMemoryBytes ?? Infinity);
  }
  await rm(folder, { recursive: true });
  expect((peaks[1] ?? Infinity) - (peaks[0] ?? 0)).toBeLessThan(MORE_BYTES);
});
