import { TINY, type TinyWeights } from '../../fixtures/tiny/ctranslate2.ts';

/** Whisper as its paper has it, in plain loops over doubles, to compare the graphs with. Slow, and by design naive. */

type Rows = Float64Array[];

const { width, heads, bands, frames, layers } = TINY;
const size = width / heads;

/** The log-mel spectrogram of half a minute, straight from its definition: `[bands][3000]`. */
function logMel(sound: Float32Array): Rows {
  const last = sound.length - 1;
  // Mirrored at both ends.
  const at = (index: number): number => sound[index > last ? 2 * last - index : Math.abs(index)] ?? 0;
  const toMel = (hz: number): number =>
    hz < 1000 ? hz / (200 / 3) : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
  const toHz = (mel: number): number =>
    mel < 15 ? mel * (200 / 3) : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27));
  const corner = (index: number): number => toHz((toMel(8000) * index) / (bands + 1));
  const mel: Rows = Array.from({ length: bands }, () => new Float64Array(2 * frames));
  const table = Array.from({ length: 400 }, (_, k) => [
    Math.cos((2 * Math.PI * k) / 400),
    Math.sin((2 * Math.PI * k) / 400),
  ]);
  for (let frame = 0; frame < 2 * frames; frame++) {
    const samples = Array.from(
      { length: 400 },
      (_, n) => at(frame * 160 - 200 + n) * (0.5 - 0.5 * (table[n]?.[0] ?? 0)),
    );
    if (samples.every((value) => value === 0)) continue;
    for (let bin = 0; bin <= 200; bin++) {
      let real = 0;
      let imaginary = 0;
      for (const [n, value] of samples.entries()) {
        const [cos = 0, sin = 0] = table[(bin * n) % 400] ?? [];
        real += value * cos;
        imaginary -= value * sin;
      }
      const power = real ** 2 + imaginary ** 2;
      for (const [band, row] of mel.entries()) {
        const [low, middle, high] = [corner(band), corner(band + 1), corner(band + 2)];
        const hz = 40 * bin;
        const weight = Math.max(0, Math.min((hz - low) / (middle - low), (high - hz) / (high - middle)));
        row[frame] = (row[frame] ?? 0) + (2 / (high - low)) * weight * power;
      }
    }
  }
  const logs = mel.map((row) => row.map((value) => Math.log10(Math.max(value, 1e-10))));
  const loudest = Math.max(
    ...logs.map((row) => row.reduce((most, value) => Math.max(most, value), -Infinity)),
  );
  return logs.map((row) => row.map((value) => (Math.max(value, loudest - 8) + 4) / 4));
}

export class Reference {
  readonly #weights: TinyWeights;

  constructor(weights: TinyWeights) {
    this.#weights = weights;
  }

  /** The encoder's output, a row for each frame. */
  encode(sound: Float32Array): Rows {
    const first = this.#convolved(logMel(sound), 'encoder/conv1', 1);
    const second = this.#convolved(first, 'encoder/conv2', 2);
    const places = this.#values('encoder/position_encodings/encodings');
    let x: Rows = Array.from({ length: frames }, (_, frame) =>
      Float64Array.from(
        { length: width },
        (_, c) => (second[c]?.[frame] ?? 0) + (places[frame * width + c] ?? 0),
      ),
    );
    for (let layer = 0; layer < layers; layer++) {
      const name = `encoder/layer_${layer}`;
      x = this.#plus(x, this.#selfAttention(x, `${name}/self_attention`, false));
      x = this.#plus(x, this.#feedForward(x, `${name}/ffn`));
    }
    return this.#norm(x, 'encoder/layer_norm');
  }

  /** Logits after the last of the tokens, and where head `[layer, head]` looks at each. */
  decode(
    tokens: readonly number[],
    hidden: Rows,
  ): { logits: Float64Array; looks: (layer: number, head: number) => Rows } {
    const table = this.#values('decoder/embeddings/weight');
    const places = this.#values('decoder/position_encodings/encodings');
    let x: Rows = tokens.map((token, place) =>
      Float64Array.from(
        { length: width },
        (_, c) => (table[token * width + c] ?? 0) + (places[place * width + c] ?? 0),
      ),
    );
    const seen: Rows[][] = [];
    for (let layer = 0; layer < layers; layer++) {
      const name = `decoder/layer_${layer}`;
      x = this.#plus(x, this.#selfAttention(x, `${name}/self_attention`, true));
      const at = `${name}/attention`;
      const query = this.#dense(this.#norm(x, `${at}/layer_norm`), `${at}/linear_0`);
      const both = this.#dense(hidden, `${at}/linear_1`);
      const keys = both.map((row) => row.slice(0, width));
      const values = both.map((row) => row.slice(width));
      const { mixed, looks } = attend(query, keys, values, false);
      seen.push(looks);
      x = this.#plus(x, this.#dense(mixed, `${at}/linear_2`));
      x = this.#plus(x, this.#feedForward(x, `${name}/ffn`));
    }
    const last = this.#norm(x.slice(-1), 'decoder/layer_norm')[0] ?? new Float64Array(width);
    const logits = Float64Array.from({ length: table.length / width }, (_, token) =>
      last.reduce((sum, value, c) => sum + value * (table[token * width + c] ?? 0), 0),
    );
    return { logits, looks: (layer, head) => seen[layer]?.[head] ?? [] };
  }

  #values(name: string): Float32Array {
    const found = this.#weights.get(name);
    if (found === undefined) throw new Error(name);
    return found.values;
  }

  #convolved(x: Rows, name: string, stride: number): Rows {
    const kernel = this.#values(`${name}/weight`);
    const bias = this.#values(`${name}/bias`);
    const channels = x.length;
    const length = (x[0]?.length ?? 0) / stride;
    return Array.from({ length: width }, (_, out) =>
      Float64Array.from({ length }, (_, place) => {
        let sum = bias[out] ?? 0;
        for (let c = 0; c < channels; c++) {
          for (let k = 0; k < 3; k++) {
            sum += (kernel[(out * channels + c) * 3 + k] ?? 0) * (x[c]?.[place * stride + k - 1] ?? 0);
          }
        }
        return gelu(sum);
      }),
    );
  }

  #norm(x: Rows, name: string): Rows {
    const gamma = this.#values(`${name}/gamma`);
    const beta = this.#values(`${name}/beta`);
    return x.map((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / width;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      return row.map(
        (value, c) => ((value - mean) / Math.sqrt(variance + 1e-5)) * (gamma[c] ?? 1) + (beta[c] ?? 0),
      );
    });
  }

  #dense(x: Rows, name: string): Rows {
    const weight = this.#values(`${name}/weight`);
    const bias = this.#values(`${name}/bias`);
    return x.map((row) =>
      Float64Array.from(bias, (start, out) =>
        row.reduce((sum, value, c) => sum + value * (weight[out * row.length + c] ?? 0), start),
      ),
    );
  }

  #selfAttention(x: Rows, name: string, causal: boolean): Rows {
    const all = this.#dense(this.#norm(x, `${name}/layer_norm`), `${name}/linear_0`);
    const part = (index: number): Rows => all.map((row) => row.slice(index * width, (index + 1) * width));
    return this.#dense(attend(part(0), part(1), part(2), causal).mixed, `${name}/linear_1`);
  }

  #feedForward(x: Rows, name: string): Rows {
    const wide = this.#dense(this.#norm(x, `${name}/layer_norm`), `${name}/linear_0`).map((row) =>
      row.map(gelu),
    );
    return this.#dense(wide, `${name}/linear_1`);
  }

  #plus(a: Rows, b: Rows): Rows {
    return a.map((row, index) => row.map((value, c) => value + (b[index]?.[c] ?? 0)));
  }
}

function attend(query: Rows, keys: Rows, values: Rows, causal: boolean): { mixed: Rows; looks: Rows[] } {
  const mixed: Rows = query.map(() => new Float64Array(width));
  const looks = Array.from({ length: heads }, (_, head) =>
    query.map((row, place) => {
      const scores = Float64Array.from(keys, (key, other) => {
        if (causal && other > place) return -Infinity;
        let sum = 0;
        for (let c = head * size; c < (head + 1) * size; c++) sum += (row[c] ?? 0) * (key[c] ?? 0);
        return sum / Math.sqrt(size);
      });
      const most = scores.reduce((found, value) => Math.max(found, value), -Infinity);
      const powers = scores.map((value) => Math.exp(value - most));
      const total = powers.reduce((sum, value) => sum + value, 0);
      const look = powers.map((value) => value / total);
      const into = mixed[place] as Float64Array;
      for (let c = head * size; c < (head + 1) * size; c++) {
        for (const [other, share] of look.entries())
          into[c] = (into[c] ?? 0) + share * (values[other]?.[c] ?? 0);
      }
      return look;
    }),
  );
  return { mixed, looks };
}

/** x Φ(x), the error function by Abramowitz and Stegun 7.1.26: right to 1.5e-7. */
function gelu(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = Math.sign(x) * (1 - series * Math.exp(-z * z));
  return 0.5 * x * (1 + erf);
}
