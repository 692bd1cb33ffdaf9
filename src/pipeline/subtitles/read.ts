import { OctaviaError } from '../errors.ts';
import type { Cue } from '../media-types.ts';
import type { Warning } from '../report.ts';
import { spokenTurns } from './cue-text.ts';
import { decodeText } from './encoding.ts';
import { parseTiming } from './timing.ts';
import type { Timing } from './timing.ts';

export interface Subtitles {
  /** What is spoken, in order of start; never empty. */
  readonly cues: readonly Cue[];
  readonly format: 'srt' | 'vtt';
  /** WHATWG label, e.g. `utf-8`. */
  readonly encoding: string;
  readonly warnings: readonly Warning[];
}

/** Larger than any film's subtitles; a bigger file is something else. */
const MOST_BYTES = 20_000_000;
/** A cue without a usable end stays as long as its text takes to say: 15 characters a second, 0.8 s at least. */
const CHARACTERS_PER_SECOND = 15;
const SHORTEST_REPAIRED = 0.8;

interface RawCue extends Timing {
  readonly lines: readonly string[];
}

/**
 * Reads SRT or WebVTT as people really have it: any encoding, missing numbers, either decimal mark, blank
 * lines inside a cue, tags, cues out of order. Cues in which nothing is spoken are dropped; a cue with two
 * speakers' turns becomes two, its time shared by length of text.
 *
 * Errors: `subtitles.unreadable` (no cue in it), `subtitles.encoding` (not text).
 * @param name for the message only
 */
export function readSubtitles(name: string, bytes: Uint8Array): Subtitles {
  if (bytes.length > MOST_BYTES) throw new OctaviaError('subtitles.unreadable', `${name} is too large.`);
  const { text, encoding, guessed } = decodeText(bytes);
  const lines = text.split(/\r\n|\r|\n|\u2028|\u2029/);
  const format = /^\ufeff?\s*WEBVTT(?:\s|$)/.test(text.slice(0, 100)) ? 'vtt' : 'srt';
  const raw = rawCues(lines, format);
  if (raw.length === 0) throw new OctaviaError('subtitles.unreadable', `${name} has no timed line.`);
  const ordered = [...raw].sort((a, b) => a.start - b.start || a.end - b.end);
  const repaired = repairEnds(ordered);
  // Turns of cues that overlap may begin after one another's.
  const cues = repaired.cues.flatMap(turnsAsCues).sort((a, b) => a.start - b.start);
  if (cues.length === 0) throw new OctaviaError('subtitles.unreadable', `Nothing is spoken in ${name}.`);
  return { cues, format, encoding, warnings: warningsFor(guessed ? encoding : undefined, repaired.count) };
}

function rawCues(lines: readonly string[], format: 'srt' | 'vtt'): RawCue[] {
  const cues: RawCue[] = [];
  let timing: Timing | undefined;
  let body: string[] = [];
  const finish = (): void => {
    if (timing !== undefined) cues.push({ ...timing, lines: body });
    timing = undefined;
    body = [];
  };
  for (const line of lines) {
    const next = parseTiming(line);
    if (next !== undefined) {
      if (format === 'srt') dropIndex(body);
      finish();
      timing = next;
    } else if (timing !== undefined) {
      // WebVTT: "a cue block ends at a blank line". SRT files do carry blank lines inside a cue.
      if (format === 'vtt' && line.trim() === '') finish();
      else body.push(line);
    }
  }
  finish();
  return cues;
}

/** The number of the next cue stands before its times, after a blank line or (damaged files) right away. */
function dropIndex(body: string[]): void {
  while (body.length > 0 && body.at(-1)?.trim() === '') body.pop();
  const last = body.at(-1)?.trim() ?? '';
  const alone = body.length === 1 || body.at(-2)?.trim() === '';
  if (/^\d{1,6}$/.test(last) && (alone || body.length > 1)) body.pop();
}

/** Gives cues whose end is missing or before their start a length, up to the next cue. */
function repairEnds(cues: readonly RawCue[]): { cues: RawCue[]; count: number } {
  let count = 0;
  const repaired = cues.map((cue, index) => {
    if (cue.end > cue.start) return cue;
    count++;
    const wished = Math.max(SHORTEST_REPAIRED, cue.lines.join(' ').length / CHARACTERS_PER_SECOND);
    const next = cues[index + 1]?.start ?? Infinity;
    const room = next > cue.start + 0.1 ? next - cue.start : wished;
    return { ...cue, end: cue.start + Math.min(wished, room) };
  });
  return { cues: repaired, count };
}

function turnsAsCues(cue: RawCue): Cue[] {
  const turns = spokenTurns(cue.lines);
  const characters = turns.reduce((sum, turn) => sum + turn.text.length, 0);
  let start = cue.start;
  return turns.map((turn, index) => {
    const share = ((cue.end - cue.start) * turn.text.length) / characters;
    const end = index === turns.length - 1 ? cue.end : start + share;
    const part = { start, end, text: turn.text, speaker: turn.speaker };
    start = end;
    return part;
  });
}

function warningsFor(guessedEncoding: string | undefined, repaired: number): Warning[] {
  const warnings: Warning[] = [];
  if (guessedEncoding !== undefined) {
    warnings.push({
      code: 'subtitles.encoding_guessed',
      message: `The subtitles were read as ${guessedEncoding}; check accented letters, or save them as UTF-8.`,
    });
  }
  if (repaired > 0) {
    const what = repaired === 1 ? '1 subtitle ends' : `${repaired} subtitles end`;
    warnings.push({
      code: 'subtitles.repaired',
      message: `${what} before starting; given the time that its text takes.`,
    });
  }
  return warnings;
}
