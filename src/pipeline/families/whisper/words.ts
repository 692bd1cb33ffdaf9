import type { Word } from '../../media-types.ts';
import { UNSPACED } from '../../language/scripts.ts';

/** Seconds per frame of the encoder's output: 30 s in 1500. */
export const FRAME_SECONDS = 0.02;

/** The decoded content of one window. */
export interface DecodedWindow {
  readonly tokens: readonly number[];
  /** Probability of each token. */
  readonly probabilities: readonly number[];
  /**
   * Where in the sound the alignment heads looked: one row-major `heads × frames` matrix for each token read, including
   * the prompt's; the last belongs to the last text token.
   */
  readonly looks: readonly Float32Array[];
}

export interface Alignment {
  readonly heads: number;
  readonly frames: number;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Frames over which attention is smoothed. */
  readonly smoothing: number;
}

/**
 * Words with times. A word begins where the alignment heads begin to look for its first token and ends where they move
 * on to the next word's, by dynamic time warping over their normalised, smoothed attention (as OpenAI's
 * whisper/timing.py does).
 * @param decode text of tokens, with its leading space
 */
export function timedWords(
  decoded: DecodedWindow,
  alignment: Alignment,
  decode: (tokens: readonly number[]) => string,
): Word[] {
  const starts = tokenStarts(decoded.looks, alignment);
  const end = alignment.frames * FRAME_SECONDS;
  return groups(decoded.tokens, decode).flatMap(({ text, first, last }) => {
    const word = text.trim();
    if (word === '') return [];
    const start = starts[first] ?? end;
    const known = decoded.probabilities.slice(first, last + 1);
    return {
      text: word,
      start,
      end: Math.max(starts[last + 1] ?? end, start),
      confidence: known.reduce((sum, value) => sum + value, 0) / known.length,
    };
  });
}

/** Runs of tokens that form a word with its punctuation. */
function groups(
  tokens: readonly number[],
  decode: (tokens: readonly number[]) => string,
): { text: string; first: number; last: number }[] {
  const found: { text: string; first: number; last: number }[] = [];
  let from = 0;
  for (const index of tokens.keys()) {
    const text = decode(tokens.slice(from, index + 1));
    // A character may take several tokens.
    if (text.includes('\uFFFD') && index + 1 < tokens.length) continue;
    const last = found.at(-1);
    // In scripts without spaces, each token that completes a character is one.
    const fresh = last === undefined || text.startsWith(' ') || UNSPACED.test(text);
    if (fresh) found.push({ text, first: from, last: index });
    else {
      last.text += text;
      last.last = index;
    }
    from = index + 1;
  }
  return found;
}

/** Start of each token in seconds, and the end of the last one. */
function tokenStarts(looks: readonly Float32Array[], alignment: Alignment): number[] {
  const cost = costs(looks, alignment);
  const path = warp(cost, alignment.frames);
  const starts: number[] = [];
  for (const [row, frame] of path) starts[row] ??= frame * FRAME_SECONDS;
  return starts;
}

/** Minus the mean over the heads of their attention: z-scores over the tokens, median-filtered over time. */
function costs(
  looks: readonly Float32Array[],
  { heads, frames, prompt, smoothing }: Alignment,
): Float32Array[] {
  // Reading the prompt's last token produces the first text token.
  const rows = looks.slice(prompt - 1).map(() => new Float32Array(frames));
  const scores = new Float32Array(frames);
  for (let head = 0; head < heads; head++) {
    const [mean, deviation] = moments(looks, head * frames, frames);
    for (const [index, row] of rows.entries()) {
      const look = looks[prompt - 1 + index] as Float32Array;
      for (let frame = 0; frame < frames; frame++) {
        const spread = (deviation[frame] as number) || 1;
        scores[frame] = ((look[head * frames + frame] as number) - (mean[frame] as number)) / spread;
      }
      const smooth = medianFilter(scores, smoothing);
      for (let frame = 0; frame < frames; frame++) {
        row[frame] = (row[frame] as number) - (smooth[frame] as number) / heads;
      }
    }
  }
  return rows;
}

function moments(looks: readonly Float32Array[], at: number, frames: number): [Float32Array, Float32Array] {
  const mean = new Float32Array(frames);
  const deviation = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    let squares = 0;
    for (const look of looks) {
      const value = look[at + frame] as number;
      sum += value;
      squares += value * value;
    }
    const average = sum / looks.length;
    mean[frame] = average;
    deviation[frame] = Math.sqrt(Math.max(0, squares / looks.length - average * average));
  }
  return [mean, deviation];
}

/** Mirrored at the edges. */
function medianFilter(values: Float32Array, width: number): Float32Array {
  const half = Math.floor(width / 2);
  if (values.length <= half) return values;
  const last = values.length - 1;
  const medians = new Float32Array(values.length);
  // Kept sorted while it is filled: this runs for every frame, head and token, and the built-in sort is slower.
  const near = new Float32Array(width);
  for (let index = 0; index <= last; index++) {
    for (let held = 0; held < width; held++) {
      const at = Math.abs(index + held - half);
      const value = values[at > last ? 2 * last - at : at] as number;
      let place = held;
      for (; place > 0 && (near[place - 1] as number) > value; place--)
        near[place] = near[place - 1] as number;
      near[place] = value;
    }
    medians[index] = near[half] as number;
  }
  return medians;
}

/** The cheapest way from the first row and frame to the last: [row, frame] in order. */
function warp(cost: readonly Float32Array[], frames: number): [row: number, frame: number][] {
  const DIAGONAL = 0;
  const DOWN = 1;
  const RIGHT = 2;
  let above = new Float32Array(frames).fill(Infinity);
  const steps = cost.map((row, index) => {
    const here = new Float32Array(frames);
    const step = new Uint8Array(frames);
    for (let frame = 0; frame < frames; frame++) {
      const left = frame > 0 ? (here[frame - 1] as number) : Infinity;
      const up = above[frame] as number;
      const corner = frame > 0 ? (above[frame - 1] as number) : index === 0 ? 0 : Infinity;
      const best = Math.min(left, up, corner);
      step[frame] = best === corner ? DIAGONAL : best === up ? DOWN : RIGHT;
      here[frame] = (row[frame] as number) + (index === 0 && frame === 0 ? 0 : best);
    }
    above = here;
    return step;
  });
  const path: [number, number][] = [];
  let row = cost.length - 1;
  let frame = frames - 1;
  while (row >= 0 && frame >= 0) {
    path.push([row, frame]);
    const step = steps[row]?.[frame];
    if (step !== RIGHT) row--;
    if (step !== DOWN) frame--;
  }
  return path.reverse();
}
