import type { Pcm } from '@octavia/pipeline';
import { findVoice } from '@octavia/pipeline/stages/separate/find-voice';
import { tinyMdx } from '../fixtures/tiny/separation.ts';
import { graphHost } from '../support/models/graph-host.ts';
import type { Bench } from './measure.ts';
import { soundOf } from '@octavia/pipeline/sound/sound';

const RATE = 48_000;
const SHORT = 60;
const LONG = 4 * SHORT;

function hiss(seconds: number): Pcm {
  let state = 1;
  const channel = (): Float32Array =>
    new Float32Array(seconds * RATE).map(() => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    });
  return { sampleRate: RATE, channels: [channel(), channel()] };
}

/** Transforms, resampling and crossfades around a graph that does next to nothing itself. */
export const bench: Bench = async (signal) => {
  const model = tinyMdx();
  let inGraph = 0;
  const { inference } = graphHost(() => model.bytes);
  const host = {
    clock: {
      now: () => performance.now() / 1000,
      breathe: () => new Promise<void>((go) => setImmediate(go)),
    },
    inference: {
      async open(...args: Parameters<typeof inference.open>) {
        const session = await inference.open(...args);
        return {
          ...session,
          async run(...call: Parameters<typeof session.run>) {
            const before = process.cpuUsage();
            const answer = await session.run(...call);
            inGraph += seconds(process.cpuUsage(before));
            return answer;
          },
        };
      },
    },
  };
  const separate = async (length: number) => {
    const sound = hiss(length);
    globalThis.gc?.();
    const atRest = process.memoryUsage();
    let peak = 0;
    inGraph = 0;
    const before = process.cpuUsage();
    const onProgress = () => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - atRest.arrayBuffers);
    };
    const gone = () => Promise.resolve();
    await findVoice(
      { host, signal, onProgress },
      model.entry,
      soundOf(sound),
      [{ start: 0, end: length }],
      gone,
    );
    return { cpu: seconds(process.cpuUsage(before)) - inGraph, peak };
  };
  await separate(12);
  const short = await separate(SHORT);
  const long = await separate(LONG);
  return [
    {
      name: 'processor time outside the model, of the sound',
      value: (short.cpu / SHORT) * 100,
      unit: '%',
      atMost: 20,
      note: 'stereo, 48 kHz, MDX at 44.1 kHz: two resamplings and two transforms',
    },
    { name: 'memory beside the sound, one minute', value: short.peak / 1e6, unit: 'MB' },
    { name: 'the same, four minutes against one', value: long.peak / short.peak, unit: '×', atMost: 2 },
    {
      name: 'processor time, four minutes against one',
      value: long.cpu / short.cpu / 4,
      unit: '×',
      atMost: 1.3,
    },
  ];
};

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}
