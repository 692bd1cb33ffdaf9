import { openSeq2Seq, type Seq2Seq } from '@octavia/pipeline/graph/seq2seq';
import type { Session } from '@octavia/pipeline';
import { batchesByLength } from '@octavia/pipeline/graph/batches';
import { endsInLoop, mostRepeats } from '@octavia/pipeline/graph/loops';
import { bestTokens } from '@octavia/pipeline/graph/candidates';
import { gatherRows } from '@octavia/pipeline/graph/tensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAD } from '../fixtures/tiny-marian-settings.ts';
import { tinyMarian } from '../fixtures/tiny-marian.ts';
import type { Layout } from '../fixtures/tiny-marian.ts';
import { graphHost } from '../support/models/graph-host.ts';
import type { RunRecord } from '../support/models/graph-host.ts';

const never = new AbortController().signal;
const SENTENCES = [
  'hello there',
  'a',
  'where have you been all this time',
  'no',
  'it is a very long way to go',
  'yes sir',
];

let layout: Layout;
let tiny: ReturnType<typeof tinyMarian>;
const runs: RunRecord[] = [];
let host: ReturnType<typeof graphHost>;
let model: Seq2Seq;
let encoder: Session;
let decoder: Session;
let sources: number[][];

async function open(wanted: Layout): Promise<void> {
  layout = wanted;
  tiny = tinyMarian(wanted);
  host = graphHost((file) => tiny.files.get(file), runs);
  model = await openSeq2Seq(host, tiny.entry, never);
  encoder = await host.inference.open(tiny.entry, 'onnx/encoder_model.onnx', ['cpu'], never);
  decoder = await host.inference.open(tiny.entry, 'onnx/decoder_model_merged.onnx', ['cpu'], never);
  sources = SENTENCES.map((sentence) => model.vocabulary.encode(sentence));
}

/** Logits after every token of the output, from one pass without any cache. */
const wholeLogits = async (source: readonly number[], output: readonly number[]): Promise<number[][]> => {
  const int64 = (ids: readonly number[]) =>
    ({ type: 'int64', data: BigInt64Array.from(ids, BigInt), dims: [1, ids.length] }) as const;
  const mask = int64(source.map(() => 1));
  const hidden = (await encoder.run({ input_ids: int64(source), attention_mask: mask }))['last_hidden_state'];
  if (hidden === undefined) throw new Error('no hidden states');
  const none = { type: 'float32', data: new Float32Array(), dims: [1, 2, 0, 8] } as const;
  const feeds = Object.fromEntries(decoder.inputNames.map((name) => [name, none])) as Parameters<
    Session['run']
  >[0];
  const { logits } = await decoder.run({
    ...feeds,
    input_ids: int64([PAD, ...output]),
    encoder_hidden_states: hidden,
    encoder_attention_mask: mask,
    ...(layout === 'merged' ? { use_cache_branch: { type: 'bool', data: Uint8Array.of(0), dims: [1] } } : {}),
  });
  const [, length = 0, size = 0] = logits?.dims ?? [];
  return Array.from({ length }, (_, at) =>
    Array.from(logits?.data.slice(at * size, (at + 1) * size) ?? [], Number),
  );
};

const logSoftmax = (scores: readonly number[], banned: readonly number[]): number[] => {
  const allowed = scores.map((score, id) => (banned.includes(id) ? -Infinity : score));
  const max = Math.max(...allowed);
  const total = Math.log(allowed.reduce((sum, score) => sum + Math.exp(score - max), 0)) + max;
  return allowed.map((score) => score - total);
};
const bannedAt = (position: number): number[] => (position === 0 ? [PAD, 1, 0] : [PAD, 1]);

describe.each<Layout>(['merged', 'small'])('a tiny model of the %s layout', (wanted) => {
  beforeAll(() => open(wanted));
  afterAll(async () => {
    await Promise.all([model.close(), encoder.close(), decoder.close()]);
  });

  describe('against a pass without cache', withoutCache);
  describe('among others', amongOthers);
  describe('at its limits', atLimits);
});

function withoutCache(): void {
  it('greedy with the cache is greedy without, token by token', async () => {
    const generations = await model.generate(sources, { beams: 1 }, never);
    for (const [index, { hypotheses }] of generations.entries()) {
      const { tokens = [], truncated } = hypotheses[0] ?? {};
      expect(tokens.length).toBeGreaterThan(0);
      const logits = await wholeLogits(sources[index] ?? [], tokens);
      for (const [position, row] of logits.entries()) {
        if (position === tokens.length && truncated === true) break;
        const scores = logSoftmax(row, bannedAt(position));
        const best = scores.indexOf(Math.max(...scores));
        const wanted = tokens[position] ?? 0;
        // The loop guard may have refused the best token; then what it would have made is a loop.
        if (best !== wanted) expect(endsInLoop([...tokens.slice(0, position), best], 1)).toBe(true);
      }
    }
  });

  it.each([1, 4])('with %i beams a batch gives what single sentences give', async (beams) => {
    const together = await model.generate(sources, { beams }, never);
    for (const [index, source] of sources.entries()) {
      const [alone] = await model.generate([source], { beams }, never);
      expect(together[index]?.hypotheses.map((one) => one.tokens)).toEqual(
        alone?.hypotheses.map((one) => one.tokens),
      );
    }
  });

  it('every beam hypothesis has the probability that a pass without cache gives it', async () => {
    const generations = await model.generate(sources, { beams: 4 }, never);
    for (const [index, { hypotheses }] of generations.entries()) {
      const scores = hypotheses.map((one) => one.logProb / (one.tokens.length + 1));
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      for (const { tokens, logProb, truncated } of hypotheses) {
        const logits = await wholeLogits(sources[index] ?? [], tokens);
        const ended = truncated ? tokens : [...tokens, 0];
        const expected = ended.reduce(
          (sum, token, position) =>
            sum + (logSoftmax(logits[position] ?? [], bannedAt(position))[token] ?? 0),
          0,
        );
        expect(logProb).toBeCloseTo(expected, 3);
      }
    }
  });
}

function amongOthers(): void {
  it('beams find what is at least as probable as greedy, for nearly every sentence', async () => {
    const [greedy, beam] = await Promise.all([
      model.generate(sources, { beams: 1 }, never),
      model.generate(sources, { beams: 4 }, never),
    ]);
    const score = (generation: (typeof beam)[number] | undefined): number => {
      const best = generation?.hypotheses[0];
      return best === undefined ? NaN : best.logProb / (best.tokens.length + 1);
    };
    const better = sources.filter((_, index) => score(beam[index]) >= score(greedy[index]) - 1e-4);
    expect(better.length).toBeGreaterThanOrEqual(sources.length - 1);
  });

  it('finished sentences leave the batch, and one is reported as it ends', async () => {
    runs.length = 0;
    const order: number[] = [];
    await model.generate(sources, { beams: 1, onSentence: (index) => order.push(index) }, never);
    const rows = runs.filter((run) => run.file.includes('decoder')).map((run) => run.rows);
    expect(rows[0]).toBe(sources.length);
    expect(rows).toEqual([...rows].sort((a, b) => b - a));
    expect(rows.at(-1)).toBeLessThan(sources.length);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
}

function atLimits(): void {
  it('stops when aborted', async () => {
    const controller = new AbortController();
    const done = model.generate(sources, { onSentence: () => controller.abort() }, controller.signal);
    await expect(done).rejects.toMatchObject({ code: 'job.cancelled' });
    await expect(openSeq2Seq(host, { ...tiny.entry, files: [] }, never)).rejects.toMatchObject({
      code: 'model.damaged',
    });
  });

  it('a 2,000-token source is cut to what the model reads, and its output is bounded', async () => {
    const long = Array.from({ length: 2000 }, (_, index) => 2 + (index % 20));
    const [generation] = await model.generate([long], { beams: 2 }, never);
    expect(generation?.hypotheses[0]?.tokens.length).toBeLessThan(64);
  });

  it('the vocabulary goes both ways, knows what it knows and finds the language token', () => {
    const { vocabulary } = model;
    expect(vocabulary.encode('hello')).toEqual([9, 32, 39, 39, 42, 0]);
    expect(vocabulary.decode([9, 32, 39, 39, 42, 0])).toBe('hello');
    expect(vocabulary.knows('hello')).toBe(true);
    expect(vocabulary.knows('日本')).toBe(false);
    expect(vocabulary.languageToken('es-MX')).toBe(55);
    expect(vocabulary.languageToken('fr')).toBeUndefined();
  });
}

describe('parts', () => {
  it('bestTokens gives log-probabilities, best first, without the banned', () => {
    const logits = Float32Array.from([9, 9, 9, 9, Math.log(1), Math.log(2), Math.log(5), 50]);
    const found = bestTokens(logits, 4, { row: 1, logProb: -1 }, 2, [3]);
    expect(found.map(({ row, token }) => [row, token])).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(found[0]?.logProb).toBeCloseTo(Math.log(5 / 8) - 1);
    expect(found[1]?.logProb).toBeCloseTo(Math.log(2 / 8) - 1);
  });

  it('gatherRows repeats, reorders and drops rows, and copies nothing when nothing moves', () => {
    const tensor = { type: 'float32', data: Float32Array.from([1, 2, 3, 4, 5, 6]), dims: [3, 1, 2] } as const;
    expect(gatherRows(tensor, [0, 1, 2])).toBe(tensor);
    expect(gatherRows(tensor, [2, 2, 0, 1])).toEqual({
      type: 'float32',
      data: Float32Array.from([5, 6, 5, 6, 1, 2, 3, 4]),
      dims: [4, 1, 2],
    });
    expect(gatherRows(tensor, [])).toMatchObject({ dims: [0, 1, 2] });
  });

  it('loops are patterns that stand too often in a row', () => {
    expect(endsInLoop([1, 5, 5, 5], 1)).toBe(false);
    expect(endsInLoop([1, 5, 5, 5, 5], 1)).toBe(true);
    expect(endsInLoop([7, 1, 2, 1, 2], 1)).toBe(false);
    expect(endsInLoop([7, 1, 2, 1, 2, 1, 2], 1)).toBe(true);
    expect(endsInLoop([7, 1, 2, 1, 2, 1, 2], 3)).toBe(false);
    expect(mostRepeats([4, 1, 2, 1, 2, 1, 2, 9])).toBe(3);
  });

  it('batches hold similar lengths within the cap', () => {
    expect(batchesByLength([3, 10, 4, 9, 1], 20, 3)).toEqual([
      [1, 3],
      [2, 0, 4],
    ]);
    expect(batchesByLength([], 20, 3)).toEqual([]);
    expect(batchesByLength([50], 20, 3)).toEqual([[0]]);
  });
});
