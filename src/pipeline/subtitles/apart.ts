import type { Cue } from '../media-types.ts';
import { columns } from './wrap.ts';

/** What is read in a second at most: the common guideline for grown-ups (Netflix: 17–20 characters). */
const COLUMNS_PER_SECOND = 20;

/**
 * Cues in order of time of which no two are shown at once. The earlier one ends where the next begins if it can be read
 * by then or the same speaker goes on; otherwise both are one cue, with a dash before each turn.
 */
export function apart(cues: readonly Cue[]): Cue[] {
  const shown: Cue[] = [];
  for (const cue of cues.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const before = shown.at(-1);
    if (before === undefined || before.end <= cue.start) shown.push(cue);
    else shown.splice(-1, 1, ...parted(before, cue));
  }
  return shown;
}

function parted(before: Cue, after: Cue): Cue[] {
  const goesOn = before.speaker === after.speaker;
  const lasts = after.start - before.start;
  const least = goesOn ? 0 : columns(before.text) / COLUMNS_PER_SECOND;
  if (lasts > 0 && lasts >= least) return [{ ...before, end: after.start }, after];
  const text = goesOn ? `${before.text}\n${after.text}` : `${asTurn(before)}\n${asTurn(after)}`;
  const end = Math.max(before.end, after.end);
  return [{ start: before.start, end, text, speaker: goesOn ? before.speaker : undefined }];
}

function asTurn({ text }: Cue): string {
  return text.startsWith('- ') ? text : `- ${text}`;
}
