import type { RawCue, RawFile } from './raw-cue.ts';

/** The units of times, from the root element. */
interface Rates {
  readonly frames: number;
  readonly ticks: number;
}

const ATTRIBUTE = /([\w:.-]{1,60})\s*=\s*(?:"([^"]{0,500})"|'([^']{0,500})')/g;
const PIECE = /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([\w:.-]{1,60})([^<>]{0,2000}?)(\/?)>|([^<]+)/g;

interface Open {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/**
 * Paragraphs of TTML, DFXP and EBU-TT, or undefined when the text is in another format. The times of enclosing elements
 * add up.
 */
export function readTtml(text: string, frameRate: number): RawFile | undefined {
  const root = /<(?:[\w-]{1,20}:)?tt(?=[\s>])([^<>]{0,4000})>/.exec(text.slice(0, 10_000));
  if (root === null) return undefined;
  const rates = ratesOf(attributes(root[1] ?? ''), frameRate);
  const open: Open[] = [];
  const cues: RawCue[] = [];
  let body: string[] | undefined;
  let unreadable = 0;
  for (const [, cdata, closing, tag = '', inside = '', empty, words] of text.matchAll(PIECE)) {
    const name = tag.replace(/^.*:/, '');
    if (name === '') append(body, cdata ?? words ?? '');
    else if (name === 'br') body?.push('');
    else if (closing === '/') {
      const times = open.pop();
      if (name !== 'p' || body === undefined) continue;
      if (times?.start === undefined) unreadable++;
      else cues.push({ start: times.start, end: times.end ?? times.start, lines: body });
      body = undefined;
    } else if (empty !== '/') {
      open.push(timesOf(attributes(inside), open.at(-1), rates));
      if (name === 'p') body = [''];
    }
  }
  return {
    format: 'ttml',
    cues,
    unreadable,
    frames: rates.frames === frameRate && /:\d\d:\d\d:\d\d["']/.test(text),
  };
}

function append(body: string[] | undefined, words: string): void {
  if (body !== undefined) body[body.length - 1] += words.replace(/\s+/g, ' ');
}

function attributes(inside: string): ReadonlyMap<string, string> {
  return new Map(
    [...inside.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name.replace(/^.*:/, ''),
      double ?? single ?? '',
    ]),
  );
}

function ratesOf(root: ReadonlyMap<string, string>, frameRate: number): Rates {
  const [over = 1, under = 1] = (root.get('frameRateMultiplier') ?? '1 1').split(/[\s:]/).map(Number);
  const stated = Number(root.get('frameRate'));
  const frames = stated > 0 ? (stated * over) / under : frameRate;
  return { frames, ticks: Number(root.get('tickRate')) || frames };
}

/** An element's times; the enclosing element's if it has none. */
function timesOf(own: ReadonlyMap<string, string>, around: Open | undefined, rates: Rates): Open {
  const base = around?.start ?? 0;
  const [begin, end, duration] = ['begin', 'end', 'dur'].map((name) => seconds(own.get(name), rates));
  const start = begin === undefined ? around?.start : base + begin;
  if (end !== undefined) return { start: start ?? base, end: base + end };
  return { start, end: duration === undefined ? around?.end : (start ?? base) + duration };
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Clock time (with a fraction or frames) or a count of hours, minutes, seconds, frames or ticks. */
function seconds(time: string | undefined, { frames, ticks }: Rates): number | undefined {
  const clock = /^(\d{1,4}):(\d\d):(\d\d)(?:\.(\d{1,9})|[:;](\d{1,3})(?:\.\d+)?)?$/.exec(time?.trim() ?? '');
  if (clock !== null) {
    const [, hours, minutes, whole, fraction = '0', frame = '0'] = clock;
    const rest = Number(`0.${fraction}`) + Number(frame) / frames;
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + rest;
  }
  const [, count, unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)$/.exec(time?.trim() ?? '') ?? [];
  if (count === undefined) return undefined;
  return unit === 'f'
    ? Number(count) / frames
    : unit === 't'
      ? Number(count) / ticks
      : Number(count) * (UNITS[unit] ?? 1);
}
