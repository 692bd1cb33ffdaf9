/** One `start --> end` line, in seconds. */
export interface Timing {
  readonly start: number;
  readonly end: number;
  /** The times count frames. */
  readonly frames: boolean;
}

/** `HH:MM:SS` with a comma, point or colon before the rest; hours and fraction optional; optional leading `-`. */
const TIME = String.raw`(-?)(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:([,.:;])(\d{1,6}))?`;
/** What people and programs put between two times; in YouTube's and SubViewer's files a comma. */
const ARROW = String.raw`(?:[-–—−=]{1,3}>|→|➔|⟶|⇒|>{1,2}(?=\d))`;
const TIMING = new RegExp(String.raw`^${TIME}(?:${ARROW}${TIME}(?:[^\d:.,].*)?|,${TIME})$`);
/** A time anywhere, however damaged. */
const LIKE_TIME = /\d{1,4}\s?[:：]\s?\d{1,2}(?:\s?[:：,，.;]\s?\d{1,6}){0,2}/g;

/** How much of a line is read: no timing line is longer, whatever settings follow the times. */
const LONGEST_TIMING_LINE = 400;

/**
 * The times of a timing line, or undefined when the line is something else. Settings after it are ignored.
 * Full-width signs, `&gt;`, spaces within a time and other arrows are read; a time before 0 is 0.
 * @param frameRate frames per second, for times that end in frames (`00:00:05:18`)
 */
export function parseTiming(line: string, frameRate: number): Timing | undefined {
  const match = TIMING.exec(plain(line));
  if (match === null) return undefined;
  const first = match.slice(1, 7);
  const second = match[9] === undefined ? match.slice(13, 19) : match.slice(7, 13);
  const frames = isFrames(first) || isFrames(second);
  return { start: seconds(first, frameRate), end: seconds(second, frameRate), frames };
}

/** A line of times that may be too damaged to read; in any case nobody says it. */
export function looksLikeTiming(line: string): boolean {
  const start = line.slice(0, LONGEST_TIMING_LINE);
  const times = start.match(LIKE_TIME) ?? [];
  if (times.length > 0 && /--(?:>|&gt;)/i.test(start)) return true;
  if (times.length < 2) return false;
  return !/\p{L}{2}/u.test(start.replace(LIKE_TIME, '').replace(/&[lg]t;|[a-z]{4,9}:\d{1,3}%?/gi, ''));
}

function plain(line: string): string {
  return line
    .slice(0, LONGEST_TIMING_LINE)
    .normalize('NFKC')
    .replace(/&gt;/gi, '>')
    .trim()
    .replace(/(?<=[\d:,.;>→-])\s+(?=[\d:,.;→=–—−-])|(?<=[=–—−-])\s+(?=>)/g, '');
}

/** Two digits after a colon or a semicolon are frames; three are milliseconds in a damaged file. */
function isFrames([, , , , mark, rest]: readonly (string | undefined)[]): boolean {
  return (mark === ':' || mark === ';') && rest?.length === 2;
}

function seconds(time: readonly (string | undefined)[], frameRate: number): number {
  const [sign, hours = '0', minutes = '0', whole = '0', , rest = '0'] = time;
  if (sign === '-') return 0;
  const fraction = isFrames(time) ? Number(rest) / frameRate : Number(`0.${rest}`);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + fraction;
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
