import { readFile } from 'node:fs/promises';
import { dub } from '@octavia/pipeline/dub';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { speechClip } from '../fixtures/clip.ts';
import { withHost } from './host.ts';
import type { Bench } from './measure.ts';

/** What a dub takes beside its models: everything that is ours or ffmpeg's. */
export const bench: Bench = (signal) =>
  withHost(async (host) => {
    const clip = await speechClip(60);
    const began = host.clock.now();
    const { report } = await dub(
      {
        jobId: 'bench',
        input: await openDiskFile(clip.video),
        source: 'en',
        target: 'es',
        pack: 'auto',
        subtitles: {
          name: 'clip.es.srt',
          bytes: new Uint8Array(await readFile(clip.spanish)),
          language: 'es',
        },
        voice: { kind: 'match' },
        background: 'duck',
        keepOriginal: true,
        device: 'auto',
      },
      host,
      signal,
      () => undefined,
    );
    const total = host.clock.now() - began;
    const stages = Object.values(report.stages);
    const inModels = stages
      .filter(({ model }) => model !== null)
      .reduce((sum, { seconds }) => sum + seconds, 0);
    const shown = Object.entries(report.stages).map(([name, { seconds }]) => `${name} ${seconds.toFixed(1)}`);
    return [
      {
        name: 'whole dub, of clip length',
        value: (total / clip.seconds) * 100,
        unit: '%',
        note: shown.join(', '),
      },
      {
        name: 'outside model stages, of clip length',
        value: ((total - inModels) / clip.seconds) * 100,
        unit: '%',
        atMost: 10,
      },
      { name: 'peak memory of the process', value: (report.peakMemoryBytes ?? 0) / 1e6, unit: 'MB' },
    ];
  });
