import type { Line } from '../../media-types.ts';

/** Where a line may be spoken, in seconds from the start of the file. */
export interface Slot {
  readonly start: number;
  /** Where the source line ends. */
  readonly end: number;
  /** The dub must end by then; it may use the pause after the line. */
  readonly limit: number;
}

/**
 * One slot per line. It ends where the same speaker's next line begins, where another speaker's does (or later, if the
 * source overlaps there: overlap is kept, never added), and at the end of the file.
 */
export function slotsOf(lines: readonly Line[], fileSeconds: number): ReadonlyMap<string, Slot> {
  const ordered = inOrder(lines);
  return new Map(
    ordered.map((line, index) => {
      let limit = fileSeconds;
      for (const next of ordered.slice(index + 1)) {
        if (next.start >= limit) break;
        limit = Math.min(limit, next.speaker === line.speaker ? next.start : Math.max(next.start, line.end));
      }
      return [line.id, { start: line.start, end: line.end, limit: Math.max(line.start, limit) }];
    }),
  );
}

/** By start; lines of the same start stay as they were given. */
export function inOrder(lines: readonly Line[]): readonly Line[] {
  return lines.toSorted((a, b) => a.start - b.start);
}
