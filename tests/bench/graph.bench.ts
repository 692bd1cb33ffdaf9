import { openSeq2Seq } from '@octavia/pipeline/graph/seq2seq';
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { filesOf, type HubModel } from '../fixtures/tiny/hub-model.ts';
import type { Bench, Measure } from './measure.ts';
import {
  OPUS_MT,
  randomMarian,
  randomWhisper,
  WHISPER_BASE,
  WHISPER_TINY,
  WHISPER_TURBO,
  type Shape,
} from './random-models.ts';

/** Windows in a batch, and tokens said in each. */
const BASE = { name: 'base', shape: WHISPER_BASE, batch: 3, tokens: 24 };
/** As published, in 32 bits; a window took 78 s on two busy cores, so they are few. */
const TURBO = { name: 'large v3 turbo', shape: WHISPER_TURBO, batch: 2, tokens: 24 };
const WINDOW_SECONDS = 28;
/** What must not grow. */
const WINDOWS = 50;
const MB = 1e6;

/**
 * Real-size graphs with random weights, in Node on the CPU: what a batch gains over one window or sentence after
 * the other, what memory a window takes, and that none stays behind.
 */
export const bench: Bench = async (signal) => [
  ...(await whisperBatch(BASE, signal)),
  ...(await whisperBatch(TURBO, signal)),
  ...(await whisperGrowth(signal)),
  ...(await marianBatch(signal)),
];

interface Batch {
  readonly name: string;
  readonly shape: Shape;
  readonly batch: number;
  readonly tokens: number;
}

async function whisperBatch({ name, shape, batch, tokens }: Batch, signal: AbortSignal): Promise<Measure[]> {
  return withRecogniser(randomWhisper('random-whisper', shape, tokens), signal, async (hear) => {
    await hear(1);
    const alone = await watched(async () => {
      for (let window = 0; window < batch; window++) await hear(1);
    });
    const together = await watched(() => hear(batch));
    const seconds = batch * WINDOW_SECONDS;
    const note = `${batch} windows, ${tokens} tokens each`;
    return [
      {
        name: `Whisper ${name}: batched over sequential`,
        value: alone.seconds / together.seconds,
        unit: '×',
        note,
      },
      { name: `Whisper ${name}: of real time, batched`, value: together.seconds / seconds, unit: '×' },
      {
        name: `Whisper ${name}: memory per further window`,
        value: (together.peak - alone.peak) / (batch - 1) / MB,
        unit: 'MB',
        note: 'peak of the batch over the peak of one',
      },
    ];
  });
}

async function whisperGrowth(signal: AbortSignal): Promise<Measure[]> {
  return withRecogniser(randomWhisper('random-whisper-tiny', WHISPER_TINY, 4), signal, async (hear) => {
    const peaks: number[] = [];
    for (let done = 0; done < WINDOWS; done += 2) peaks.push((await watched(() => hear(2))).peak);
    // The allocator has what it wants after the first few.
    const early = Math.max(...peaks.slice(2, 8));
    const growth = (Math.max(...peaks.slice(-6)) - early) / MB;
    return [
      {
        name: `Whisper tiny: growth over ${WINDOWS} windows`,
        value: growth,
        unit: 'MB',
        atMost: 60,
        note: 'resident',
      },
    ];
  });
}

type Hear = (windows: number) => Promise<void>;

async function withRecogniser(
  model: HubModel,
  signal: AbortSignal,
  work: (hear: Hear) => Promise<Measure[]>,
): Promise<Measure[]> {
  const engines = createEngines(filesOf([model]), '');
  const recogniser = await engines.recogniser(model.entry, signal);
  try {
    const sound = Float32Array.from({ length: WINDOW_SECONDS * 16_000 }, (_, i) => 0.3 * Math.sin(i / 9));
    return await work(async (windows) => {
      await recogniser.recognise(
        Array.from({ length: windows }, () => sound),
        'en',
        signal,
      );
    });
  } finally {
    await recogniser.close();
  }
}

async function marianBatch(signal: AbortSignal): Promise<Measure[]> {
  const model = randomMarian(OPUS_MT, { num_beams: 4, max_length: 24, max_position_embeddings: 24 });
  const models = filesOf([model]);
  const running = await openSeq2Seq({ models, inference: createInference(models) }, model.entry, signal);
  try {
    const sources = Array.from({ length: 8 }, (_, row) => [
      ...Array.from({ length: 12 }, (_, at) => 3 + row + at),
      0,
    ]);
    await running.generate(sources.slice(0, 1), {}, signal);
    const alone = await watched(async () => {
      for (const source of sources) await running.generate([source], {}, signal);
    });
    const together = await watched(() => running.generate(sources, {}, signal));
    return [
      {
        name: 'Opus-MT: batched over sequential',
        value: alone.seconds / together.seconds,
        unit: '×',
        note: `${sources.length} sentences of 12 tokens, 4 beams`,
      },
      { name: 'Opus-MT: sentences a second, batched', value: sources.length / together.seconds, unit: '/s' },
    ];
  } finally {
    await running.close();
  }
}

/** Wall time, and the largest resident memory that was seen on the way, in bytes. */
async function watched(work: () => Promise<unknown>): Promise<{ seconds: number; peak: number }> {
  let peak = process.memoryUsage.rss();
  const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
  const began = performance.now();
  try {
    await work();
    return { seconds: (performance.now() - began) / 1000, peak: Math.max(peak, process.memoryUsage.rss()) };
  } finally {
    clearInterval(look);
  }
}
