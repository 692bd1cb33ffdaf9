/** Corpus BLEU and chrF2 as sacrebleu 2 defines them (its defaults), so that scores compare with published ones. */

type Counts = Map<string, number>;

function count(items: readonly string[], order: number, glue: string): Counts {
  const counts: Counts = new Map();
  for (let start = 0; start + order <= items.length; start++) {
    const key = items.slice(start, start + order).join(glue);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((sum, value) => sum + value, 0);
}

function matched(hypothesis: Counts, reference: Counts): number {
  let sum = 0;
  for (const [key, value] of hypothesis) sum += Math.min(value, reference.get(key) ?? 0);
  return sum;
}

/** mteval-v13a tokenisation. */
export function tokenize13a(line: string): string[] {
  const text = line
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return ` ${text} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/)
    .filter(Boolean);
}

const BLEU_ORDER = 4;

/** Corpus BLEU, 0…100: 13a, mixed case, exponential smoothing of orders without a match. */
export function bleu(hypotheses: readonly string[], references: readonly string[]): number {
  const matches = Array.from({ length: BLEU_ORDER }, () => 0);
  const totals = Array.from({ length: BLEU_ORDER }, () => 0);
  let [hypothesisLength, referenceLength] = [0, 0];
  hypotheses.forEach((line, index) => {
    const hypothesis = tokenize13a(line.trim());
    const reference = tokenize13a((references[index] ?? '').trim());
    hypothesisLength += hypothesis.length;
    referenceLength += reference.length;
    for (let order = 1; order <= BLEU_ORDER; order++) {
      const counts = count(hypothesis, order, ' ');
      totals[order - 1] = (totals[order - 1] ?? 0) + total(counts);
      matches[order - 1] = (matches[order - 1] ?? 0) + matched(counts, count(reference, order, ' '));
    }
  });
  if (matches.every((value) => value === 0) || totals.includes(0)) return 0;
  let smoothing = 1;
  const logs = matches.map((value, index) => {
    const share = value === 0 ? 1 / (smoothing *= 2) : value;
    return Math.log(share / (totals[index] ?? 1));
  });
  const brevity = hypothesisLength < referenceLength ? 1 - referenceLength / hypothesisLength : 0;
  return 100 * Math.exp(brevity + logs.reduce((sum, value) => sum + value, 0) / BLEU_ORDER);
}

const CHRF_ORDER = 6;
/** Recall counts twice as much as precision. */
const BETA_SQUARED = 4;

/** Corpus chrF2, 0…100: character n-grams up to 6 without spaces, no word n-grams. */
export function chrf(hypotheses: readonly string[], references: readonly string[]): number {
  const totals = Array.from({ length: CHRF_ORDER }, () => ({ hypothesis: 0, reference: 0, match: 0 }));
  hypotheses.forEach((line, index) => {
    const hypothesis = [...line.replace(/\s+/g, '')];
    const reference = [...(references[index] ?? '').replace(/\s+/g, '')];
    totals.forEach((sum, at) => {
      const wanted = count(reference, at + 1, '');
      const given = count(hypothesis, at + 1, '');
      if (wanted.size > 0) sum.hypothesis += total(given);
      sum.reference += total(wanted);
      sum.match += matched(given, wanted);
    });
  });
  const orders = totals.filter((sum) => sum.hypothesis > 0 && sum.reference > 0);
  const mean = (part: 'hypothesis' | 'reference'): number =>
    orders.reduce((sum, order) => sum + order.match / order[part], 0) / Math.max(1, orders.length);
  const [precision, recall] = [mean('hypothesis'), mean('reference')];
  if (precision + recall === 0) return 0;
  return (100 * (1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}
