import { describe, expect, it } from 'vitest';
import { decodeBatch, type DecodeRun } from '@octavia/pipeline/families/whisper/decode';

const [ROWS, HEADS, FRAMES, VOCABULARY, END] = [3, 2, 10, 8, 1];

/** What becomes of the tensors of each step. */
function watchedLibrary() {
  const seen = { made: 0, disposed: 0, converted: 0 };
  class Tensor {
    readonly type: string;
    readonly data: ArrayLike<unknown>;
    readonly dims: readonly number[];
    constructor(type: string, data: ArrayLike<unknown>, dims: readonly number[]) {
      this.type = type;
      this.data = data;
      this.dims = dims;
    }
    to(): Tensor {
      if (this.type === 'float32') return this;
      seen.converted++;
      return new Tensor('float32', Float32Array.from(this.data as Float32Array), this.dims);
    }
  }
  /** On the device until it is disposed of. */
  class Kept extends Tensor {
    constructor() {
      super('float32', new Float32Array(), [ROWS, HEADS, 1, 1]);
      seen.made++;
    }
    dispose(): void {
      seen.disposed++;
    }
  }
  class DynamicCache {
    entries: Record<string, Kept>;
    constructor(entries: Record<string, Kept>) {
      this.entries = entries;
    }
    update(entries: Record<string, Kept>): void {
      for (const [name, tensor] of Object.entries(entries)) {
        this.entries[name]?.dispose();
        this.entries[name] = tensor;
      }
    }
    dispose(): Promise<void> {
      for (const tensor of Object.values(this.entries)) tensor.dispose();
      return Promise.resolve();
    }
  }
  return { seen, Tensor, Kept, DynamicCache };
}

/** A decoder in 16 bits that says `words` tokens in each row, then ends. */
function running(words: number) {
  const { seen, Tensor, Kept, DynamicCache } = watchedLibrary();
  let step = 0;
  const forward = ({ decoder_input_ids }: { decoder_input_ids: { dims: readonly number[] } }) => {
    const places = decoder_input_ids.dims[1] ?? 1;
    const logits = new Float32Array(ROWS * places * VOCABULARY);
    const token = step++ < words ? 2 + (step % 4) : END;
    for (let at = 0; at < ROWS * places; at++) logits[at * VOCABULARY + token] = 9;
    const look = Float32Array.from({ length: ROWS * HEADS * places * FRAMES }, (_, i) => i);
    const names = ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'];
    return Promise.resolve({
      logits: new Tensor('float32', logits, [ROWS, places, VOCABULARY]),
      'cross_attentions.0': new Tensor('float16', look, [ROWS, HEADS, places, FRAMES]),
      'cross_attentions.1': new Tensor('float16', look, [ROWS, HEADS, places, FRAMES]),
      ...Object.fromEntries(names.map((name) => [`present.0.${name}`, new Kept()])),
    });
  };
  const run = {
    library: { Tensor, DynamicCache },
    model: { forward },
    hidden: {},
    prompt: [0, 6],
    settings: {
      endToken: END,
      firstTime: VOCABULARY,
      suppressed: [],
      suppressedAtStart: [],
      alignmentHeads: [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      mostTokens: 20,
    },
  } as unknown as DecodeRun;
  return { seen, run };
}

describe('decodeBatch', () => {
  it('turns what a layer looked at into numbers once a step, however many rows and heads look', async () => {
    const { seen, run } = running(5);
    const rows = await decodeBatch(run, [10, 8, 4]);
    expect(rows.map(({ tokens }) => tokens.length)).toEqual([5, 5, 5]);
    expect(seen.converted).toBe(2 * 6);
    // The third row's second head of layer 1, at the second token of the prompt.
    expect([...(rows[2]?.looks[1]?.subarray(8) ?? [])]).toEqual([110, 111, 112, 113]);
    expect(rows.map(({ looks }) => looks.map(({ length }) => length))).toEqual(
      [30, 24, 12].map((length) => Array.from({ length: 7 }, () => length)),
    );
  });

  it('keeps no tensor on the device, whether it ends or fails', async () => {
    const { seen, run } = running(5);
    await decodeBatch(run, [10, 8, 4]);
    expect(seen.disposed).toBe(seen.made);
    const failing = running(5);
    let steps = 0;
    const model: DecodeRun['model'] = {
      forward: (inputs) =>
        ++steps < 4 ? failing.run.model.forward(inputs) : Promise.reject(new Error('lost')),
    };
    await expect(decodeBatch({ ...failing.run, model }, [10, 8, 4])).rejects.toThrow('lost');
    expect(failing.seen.made).toBe(12);
    expect(failing.seen.disposed).toBe(12);
  });
});
