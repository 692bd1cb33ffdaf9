import { speechChoice } from '@octavia/pipeline/families/chatterbox/speech-choice';
import { describe, expect, it } from 'vitest';

/** Numbers in 0…1 of a linear congruential generator (Numerical Recipes' constants). */
function lotsOf(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** The scores as the choice leaves them. */
function chosen(tokens: number[], scores: number[], prompt: number, lots?: () => number): number[] {
  const { data } = speechChoice(prompt, lots)([tokens.map(BigInt)], { data: Float32Array.from(scores) });
  return [...data];
}

const best = (scores: number[]) => scores.indexOf(Math.max(...scores));

describe('speechChoice', () => {
  it('makes what was said less likely, and not what was only read', () => {
    const scores = chosen([0, 3, 1, 2, 1], [6, 6, -6, 6], 2);
    expect(scores.map((score) => Number(score.toFixed(3)))).toEqual([6, 5, -7.2, 6]);
  });

  it('draws lots as often as the scores say, and never what is far from likely', () => {
    const lots = lotsOf(1);
    const scores = [1, 1 - 0.8 * Math.log(3), -2, 1 - 0.8 * 4];
    const taken = Array.from({ length: 2000 }, () => best(chosen([9], scores, 1, lots)));
    const share = taken.filter((token) => token === 0).length / taken.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.03);
    expect(taken.filter((token) => token > 1)).toEqual([]);
  });

  it('takes the same for the same lots, and other tokens for others', () => {
    const attempt = (seed: number): string => {
      const lots = lotsOf(seed);
      return Array.from({ length: 20 }, () => best(chosen([], new Array<number>(50).fill(0), 0, lots))).join(
        ' ',
      );
    };
    expect(new Set(attempt(1).split(' ')).size).toBeGreaterThan(5);
    expect(attempt(1)).toBe(attempt(1));
    expect(attempt(1)).not.toBe(attempt(2));
  });
});
