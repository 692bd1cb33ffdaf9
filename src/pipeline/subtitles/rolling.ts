import { plainText } from './cue-text.ts';
import type { RawCue } from './raw-cue.ts';

/** Rolling cues follow each other without a gap; ordinary subtitles rarely do. In seconds. */
const TOUCHING = 0.1;
/** A cue this short only repeats what is on the screen while a line moves up, in seconds. */
const INSTANT = 0.05;
/** Share of the touching pairs that repeat a line; a film's dialogue has hardly any. */
const ROLLS = 0.4;

/**
 * Turns captions that roll or appear word by word into each phrase once, at the time it appeared. Others do not change:
 * somebody who says "No." in two cues says it twice.
 * @param cues in order of start
 */
export function withoutRolling(cues: readonly RawCue[]): readonly RawCue[] {
  const written = cues.map((cue) => cue.lines.map(plainText).filter((line) => line !== ''));
  const pairs = cues.slice(1).map((cue, index) => ({
    touching: cue.start - (cues[index]?.end ?? 0) < TOUCHING,
    repeats: repeated(written[index] ?? [], written[index + 1] ?? [], isInstant(cue)),
  }));
  const touching = pairs.filter((pair) => pair.touching);
  const rolling = touching.filter((pair) => pair.repeats).length;
  if (rolling < 2 || rolling < ROLLS * touching.length) return cues;
  const phrases: { start: number; end: number; lines: string[]; speaker?: string }[] = [];
  let standing: readonly string[] = [];
  cues.forEach((cue, index) => {
    const lines = written[index] ?? [];
    const follows = index > 0 && (pairs[index - 1]?.touching ?? false);
    const shown = follows ? overlap(standing, lines) : 0;
    const last = phrases.at(-1);
    const fresh = lines.slice(shown);
    const [grown = '', ...rest] = fresh;
    const growsFrom = standing.at(-1) ?? '';
    if (
      follows &&
      last !== undefined &&
      growsFrom !== '' &&
      shown === 0 &&
      grown.startsWith(`${growsFrom} `)
    ) {
      last.lines.push(grown.slice(growsFrom.length + 1), ...rest);
      last.end = cue.end;
    } else if (fresh.length > 0) {
      phrases.push({ ...cue, lines: [...fresh] });
    }
    if (lines.length > 0) standing = lines;
  });
  return phrases;
}

function isInstant({ start, end }: RawCue): boolean {
  return end - start < INSTANT;
}

/** Whether a cue continues the one before: one of its lines is still there, or grows. */
function repeated(before: readonly string[], now: readonly string[], instant: boolean): boolean {
  const shown = overlap(before, now);
  if (shown > 0) return instant || now.length > shown || before.length > shown;
  const [last = '', first = ''] = [before.at(-1), now[0]];
  return last !== '' && first.startsWith(`${last} `);
}

/** How many of the last lines are the first ones now. */
function overlap(before: readonly string[], now: readonly string[]): number {
  for (let count = Math.min(before.length, now.length, 4); count > 0; count--) {
    if (before.slice(-count).every((line, index) => line === now[index])) return count;
  }
  return 0;
}
