import type { Hypothesis } from '../../graph/beam.ts';
import type { NoteCode } from '../../media-types.ts';

/** One way to say a sentence. */
export interface Wording {
  readonly text: string;
  /** Log-probability per token; 0 is certain. */
  readonly score: number;
  readonly notes: readonly NoteCode[];
}

/** Alternatives this much less likely per token are not worth saying. */
const WORTH = 0.6;
/** Candidates per line. */
const MOST = 4;
/** Characters per second of fast but clear speech: more does not fit in the available time. */
const MOST_CHARACTERS_PER_SECOND = 20;

export function notesOf(hypothesis: Hypothesis): NoteCode[] {
  return [
    ...(hypothesis.looped ? (['translate.repetition'] as const) : []),
    ...(hypothesis.truncated ? (['translate.truncated'] as const) : []),
  ];
}

/** Distinct wordings, best first: good ones before cut ones, without those not worth saying. */
export function ranked(wordings: readonly Wording[]): Wording[] {
  const best = Math.max(...wordings.filter((one) => one.notes.length === 0).map((one) => one.score));
  const order = [...wordings].sort((a, b) => a.notes.length - b.notes.length || b.score - a.score);
  const seen = new Set<string>();
  return order.filter(({ text, score, notes }, index) => {
    const key = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
    const fresh = !seen.has(key);
    seen.add(key);
    return index === 0 || (fresh && notes.length === 0 && score > best - WORTH);
  });
}

/**
 * Candidates for a line from its sentences' wordings: the best of each, then the shortest, the longest and the second
 * best. Those that can be said in time come first.
 */
export function lineCandidates(
  sentences: readonly (readonly Wording[])[],
  seconds: number | undefined,
): string[] {
  const pick = (choose: (wordings: readonly Wording[]) => Wording | undefined): string =>
    sentences
      .map((wordings) => choose(wordings)?.text ?? '')
      .filter(Boolean)
      .join(' ');
  const byLength = (wordings: readonly Wording[]): Wording[] =>
    [...wordings].sort((a, b) => a.text.length - b.text.length);
  const texts = [
    pick((wordings) => wordings[0]),
    pick((wordings) => byLength(wordings)[0]),
    pick((wordings) => byLength(wordings).at(-1)),
    pick((wordings) => wordings[1] ?? wordings[0]),
  ];
  const distinct = [...new Set(texts)].filter(Boolean).slice(0, MOST);
  if (seconds === undefined) return distinct;
  const fits = (text: string): boolean => text.length <= seconds * MOST_CHARACTERS_PER_SECOND;
  return [
    ...distinct.filter(fits),
    ...distinct.filter((text) => !fits(text)).sort((a, b) => a.length - b.length),
  ];
}
