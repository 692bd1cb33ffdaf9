import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { speechClip } from '../fixtures/clip.ts';
import { bestOf, withHost } from './host.ts';
import type { Bench } from './measure.ts';
import { decoded } from '../support/sound/decoded.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const RUNS = 3;

/** The media port in Node against ffmpeg called by hand for the same work. */
export const bench: Bench = (signal) =>
  withHost(async ({ media }, folder) => {
    const clip = await speechClip(60);
    const file = await openDiskFile(clip.video);
    const info = await media.probe(file, signal);
    const native = (...args: string[]) =>
      promisify(execFile)('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], { signal });

    const nativeDemux = await bestOf(RUNS, () =>
      native(
        '-i',
        clip.video,
        '-map',
        '0:a:0',
        '-ac',
        '1',
        '-ar',
        '16000',
        '-f',
        'f32le',
        join(folder, 'raw'),
      ),
    );
    const demux = await bestOf(RUNS, () =>
      decoded(media, file, { track: 0, sampleRate: 16_000, channels: 1 }, signal),
    );
    const dub = await decoded(media, file, { track: 0 }, signal);
    const left = dub.channels[0] ?? new Float32Array();
    await writeFile(join(folder, 'dub.f32'), new Uint8Array(left.buffer, left.byteOffset, left.byteLength));
    const raw = ['-f', 'f32le', '-ar', `${dub.sampleRate}`, '-ac', '1', '-i', join(folder, 'dub.f32')];
    const maps = ['-map', '0:v', '-map', '1:a', '-map', '0:a', '-c', 'copy', '-c:a:0', 'aac', '-ac:a:0', '2'];
    const nativeMux = await bestOf(RUNS, () =>
      native('-i', clip.video, ...raw, ...maps, join(folder, 'n.mp4')),
    );
    const request = {
      source: file,
      info,
      dub: soundOf(dub),
      track: 0,
      targetLanguage: 'es',
      sourceLanguage: 'en',
      keepOriginal: true,
      container: 'mp4' as const,
    };
    const mux = await bestOf(RUNS, () => media.mux(request, signal));
    return [
      { name: 'demux to 16 kHz mono, of real time', value: demux / 60, unit: '×' },
      { name: 'demux against native ffmpeg', value: demux / nativeDemux, unit: '×', atMost: 1.5 },
      { name: 'mux with AAC, of real time', value: mux / 60, unit: '×' },
      { name: 'mux against native ffmpeg', value: mux / nativeMux, unit: '×', atMost: 1.5 },
    ];
  });
