/** One `start --> end` line of SRT or WebVTT, in seconds. */
export interface Timing {
  readonly start: number;
  readonly end: number;
}

/** Hours optional, comma or dot (or, in damaged files, a colon) before the fraction, fraction optional. */
const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[,.:](\d{1,6}))?`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*(?:-{1,3}|–|—)>\s*${TIME}(?:\s.*)?$`);

/** A line is read only so far: no timing line is longer, whatever settings follow the times. */
const LONGEST_TIMING_LINE = 400;

/** The times of a timing line, or undefined when the line is something else. Settings after it are ignored. */
export function parseTiming(line: string): Timing | undefined {
  if (!line.includes('>')) return undefined;
  const match = TIMING.exec(line.slice(0, LONGEST_TIMING_LINE));
  if (match === null) return undefined;
  const [, h1, m1, s1, f1, h2, m2, s2, f2] = match;
  return { start: toSeconds(h1, m1, s1, f1), end: toSeconds(h2, m2, s2, f2) };
}

function toSeconds(hours = '0', minutes = '0', seconds = '0', fraction = '0'): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds}.${fraction}`);
}

/** `HH:MM:SS,mmm` with the given mark before the milliseconds; negative times become 0. */
export function formatTime(seconds: number, mark: ',' | '.'): string {
  const total = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const clock = [
    Math.floor(total / 3_600_000),
    Math.floor(total / 60_000) % 60,
    Math.floor(total / 1000) % 60,
  ];
  return `${clock.map((part) => pad(part, 2)).join(':')}${mark}${pad(total % 1000, 3)}`;
}
