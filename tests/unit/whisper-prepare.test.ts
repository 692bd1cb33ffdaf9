import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { PREPARED } from '@octavia/pipeline/families/whisper/files';
import { prepareWhisper } from '@octavia/pipeline/families/whisper/prepare';
import { floatsOfHalves, halfOf, valueOfHalf } from '@octavia/pipeline/graph/onnx/half';
import { markOf, TINY, tinyCTranslate2, tinyWeights, type Stored } from '../fixtures/tiny/ctranslate2.ts';
import { Reference } from '../support/models/whisper-reference.ts';

const { frames, heads, layers, width, vocabulary } = TINY;
/** 1.2 s at 16 kHz. */
const WINDOW = frames * 320;
const weights = tinyWeights();
const prompt = [markOf('startoftranscript'), markOf('es'), markOf('transcribe'), markOf('notimestamps')];

/** Two tones and a pause within them. */
const sound = new Float32Array(WINDOW);
for (let i = 0; i < 15_000; i++) {
  sound[i] = i > 9_000 && i < 12_000 ? 0 : 0.3 * Math.sin(i * 0.2) + 0.2 * Math.sin(i * 0.071);
}

async function opened(bits: 32 | 16 | 8 | 4, stored: Stored = 'float32') {
  const files = prepareWhisper(tinyCTranslate2(weights, stored), { bits });
  const open = async (path: string) =>
    InferenceSession.create(files.get(path) ?? new Uint8Array(), {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
    });
  return { encoder: await open(PREPARED.encoder), decoder: await open(PREPARED.decoder) };
}

type Feeds = Record<string, Tensor>;

function reading(tokens: readonly number[], started: boolean): Feeds {
  return {
    tokens: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
    started: new Tensor('int64', BigInt64Array.of(started ? 1n : 0n), [1]),
  };
}

function nothingRead(): Feeds {
  const names = Array.from({ length: layers }, (_, layer) => [
    `past.${layer}.key`,
    `past.${layer}.value`,
  ]).flat();
  return Object.fromEntries(
    names.map((name) => [name, new Tensor('float32', new Float32Array(), [1, heads, 0, width / heads])]),
  );
}

function pastOf(outputs: Record<string, unknown>): Feeds {
  const kept = Object.entries(outputs).filter(([name]) => name.startsWith('present.'));
  return Object.fromEntries(
    kept.map(([name, tensor]) => [name.replace('present', 'past'), tensor as Tensor]),
  );
}

const numbers = (outputs: Record<string, unknown>, name: string): Float32Array =>
  (outputs[name] as Tensor).data as Float32Array;

function farthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? NaN))),
    0,
  );
}

let hidden: Float64Array[];
const reference = new Reference(weights);
beforeAll(() => {
  hidden = reference.encode(sound);
});

describe('prepareWhisper, by numbers', () => {
  it.each([
    ['float32', 32, 2e-3],
    ['float16', 16, 3e-2],
    ['int8', 32, 0.4],
  ] as const)('computes what a naive Whisper does, from %s, in %i bits', async (stored, bits, tolerance) => {
    const { encoder, decoder } = await opened(bits, stored);
    const cross = await encoder.run({ sound: new Tensor('float32', sound, [1, WINDOW]) });
    const first = await decoder.run({ ...reading(prompt, false), ...nothingRead(), ...cross });
    const said = reference.decode(prompt, hidden);
    expect(farthest(numbers(first, 'logits'), said.logits)).toBeLessThan(tolerance);
    const looks = [...said.looks(0, 1), ...said.looks(1, 0)].flatMap((row) => [...row]);
    expect(farthest(numbers(first, 'looks'), looks)).toBeLessThan(tolerance / 10);

    // With the caches of what was read, the next token is read as if all were read at once.
    const next = await decoder.run({ ...reading([11], true), ...pastOf(first), ...cross });
    const then = reference.decode([...prompt, 11], hidden);
    expect(farthest(numbers(next, 'logits'), then.logits)).toBeLessThan(tolerance);
  });

  it.each([8, 4] as const)('stays near to it in %i bits', async (bits) => {
    const { encoder, decoder } = await opened(bits);
    const cross = await encoder.run({ sound: new Tensor('float32', sound, [1, WINDOW]) });
    const outputs = await decoder.run({ ...reading(prompt, false), ...nothingRead(), ...cross });
    const { logits } = reference.decode(prompt, hidden);
    const found = numbers(outputs, 'logits');
    const mean = logits.reduce((sum, value) => sum + value, 0) / vocabulary;
    const spread = logits.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = logits.reduce((sum, value, i) => sum + (value - (found[i] ?? NaN)) ** 2, 0);
    expect(error / spread).toBeLessThan(bits === 8 ? 0.001 : 0.1);
  });

  it('gives the best tokens that may be said, with their probabilities among those', async () => {
    const { encoder, decoder } = await opened(32);
    const cross = await encoder.run({ sound: new Tensor('float32', sound, [1, WINDOW]) });
    for (const started of [false, true]) {
      const outputs = await decoder.run({ ...reading(prompt, started), ...nothingRead(), ...cross });
      const never = [3, 4, markOf('translate'), ...(started ? [] : [5, markOf('endoftext')])];
      const allowed = [...numbers(outputs, 'logits')].map((value, token) =>
        never.includes(token) || token > markOf('notimestamps') ? -Infinity : value,
      );
      const total = Math.log(allowed.reduce((sum, value) => sum + Math.exp(value), 0));
      const best = [...allowed.keys()].sort((a, b) => (allowed[b] ?? 0) - (allowed[a] ?? 0)).slice(0, 4);
      const { data } = outputs['best'] as Tensor;
      expect(Array.from(data as BigInt64Array, Number)).toEqual(best);
      expect(
        farthest(
          numbers(outputs, 'scores'),
          best.map((token) => (allowed[token] ?? 0) - total),
        ),
      ).toBeLessThan(1e-3);
    }
  });
});

describe('prepareWhisper, by files', () => {
  it('hears each window of a batch as it does alone', async () => {
    const { encoder } = await opened(32);
    const both = new Float32Array(2 * WINDOW);
    both.set(sound.map((value) => value / 50));
    both.set(sound, WINDOW);
    const together = await encoder.run({ sound: new Tensor('float32', both, [2, WINDOW]) });
    const alone = await encoder.run({ sound: new Tensor('float32', sound, [1, WINDOW]) });
    for (const name of ['cross.0.key', 'cross.1.value']) {
      const second = numbers(together, name).subarray(frames * width);
      expect(farthest(second, numbers(alone, name))).toBeLessThan(1e-4);
    }
  });

  it('gives the same bytes each time', () => {
    const once = prepareWhisper(tinyCTranslate2(weights, 'float16'), { bits: 8 });
    expect(prepareWhisper(tinyCTranslate2(weights, 'float16'), { bits: 8 })).toEqual(once);
    expect([...once.keys()].sort()).toEqual(Object.values(PREPARED).sort());
  });

  it('says what is wrong with a file that is no such model', () => {
    const parts = tinyCTranslate2(weights, 'float16');
    const model = parts.get('model.bin') ?? new Uint8Array();
    const made = (changed: Uint8Array) => () =>
      prepareWhisper(new Map([...parts, ['model.bin', changed]]), { bits: 8 });
    expect(made(model.slice(0, model.length - 100))).toThrow('truncated');
    expect(made(Uint8Array.of(3, 0, 0, 0))).toThrow('version 3');
    expect(made(new TextEncoder().encode('<!doctype html>'))).toThrow('cannot be read');
    expect(() => prepareWhisper(new Map(), { bits: 8 })).toThrow('model.bin');
  });
});

describe('halves', () => {
  it('come back as they were, all of them', () => {
    const finite = Array.from({ length: 65_536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c_00) !== 0x7c_00,
    );
    expect(finite.map((bits) => halfOf(valueOfHalf(bits)))).toEqual(finite);
  });

  it('are the nearest, ties to even', () => {
    const known = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_519, 65_520, 2 ** -25, 1.5 * 2 ** -24, -1 / 3];
    const expected = [1, 1 + 2 ** -9, 65_504, Infinity, 0, 2 ** -23, -0.333251953125];
    expect([...floatsOfHalves(Uint16Array.from(known, halfOf))]).toEqual(expected);
  });
});
