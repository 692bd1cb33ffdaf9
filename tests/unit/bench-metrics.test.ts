import { describe, expect, it } from 'vitest';
import { bleu, chrf, tokenize13a } from '../bench/metrics.ts';

describe('bleu', () => {
  it('by hand: six words of six, one wrong', () => {
    // 1-grams 5/6, 2-grams 3/5, 3-grams 2/4, 4-grams 1/3; equal length.
    const expected = 100 * ((5 / 6) * (3 / 5) * (2 / 4) * (1 / 3)) ** (1 / 4);
    expect(bleu(['the cat sat on the mat'], ['the cat sat on a mat'])).toBeCloseTo(expected, 8);
  });

  it('by hand: an order without a match is smoothed, shortness is punished', () => {
    // 1-grams 3/4 ("b" clipped to one), 2-grams 2/3, 3-grams 1/(2·2), 4-grams 1/(4·1); 4 words of 5.
    const expected = 100 * Math.exp(1 - 5 / 4) * ((3 / 4) * (2 / 3) * (1 / 4) * (1 / 4)) ** (1 / 4);
    expect(bleu(['a b b d'], ['a b d c e'])).toBeCloseTo(expected, 8);
  });

  it('is 100 for the same, 0 for nothing in common', () => {
    expect(bleu(['one two three four five'], ['one two three four five'])).toBeCloseTo(100, 8);
    expect(bleu(['a'], ['b'])).toBe(0);
  });

  it('tokenises as mteval-v13a', () => {
    expect(tokenize13a('It costs $3.50, 1,000-2 "ok"? No. &amp; end.').join(' ')).toBe(
      'It costs $ 3.50 , 1,000 - 2 " ok " ? No . & end .',
    );
  });
});

describe('chrf', () => {
  it('by hand: "abc" for "abd"', () => {
    // precision = recall per order: 2/3, 1/2, 0/1; longer orders do not exist.
    const mean = (2 / 3 + 1 / 2 + 0) / 3;
    expect(chrf(['a bc'], ['ab d'])).toBeCloseTo(100 * mean, 8);
  });

  it('by hand: recall weighs more than precision', () => {
    // 1-grams: precision 1, recall 1/2.
    expect(chrf(['a'], ['ab'])).toBeCloseTo((100 * 5 * 0.5) / (4 + 0.5), 8);
  });

  it('agrees with sacrebleu 2.6.0 on two sentences', () => {
    const hypotheses = ['one two three four five', 'x y z w'];
    const references = ['one two three four six', 'x q z w'];
    expect(chrf(hypotheses, references)).toBeCloseTo(76.42945528806945, 8);
    expect(bleu(hypotheses, references)).toBeCloseTo(49.33885363281903, 8);
  });
});
