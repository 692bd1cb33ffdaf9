import { OctaviaError } from '../errors.ts';
import type { Cue } from '../media-types.ts';
import type { Warning } from '../report.ts';
import { readAss } from './ass.ts';
import { inOneLanguage, type OneLanguage } from './bilingual.ts';
import { readBlocks } from './blocks.ts';
import { plainText, spokenTurns } from './cue-text.ts';
import { decodeText } from './encoding.ts';
import { knownNames } from './labels.ts';
import { readMicroDvd } from './microdvd.ts';
import type { RawCue, RawFile } from './raw-cue.ts';
import { withoutRolling } from './rolling.ts';
import { readTtml } from './ttml.ts';

export interface Subtitles {
  /** What is spoken, in order of start; never empty. */
  readonly cues: readonly Cue[];
  readonly format: RawFile['format'];
  /** WHATWG label, e.g. `utf-8`. */
  readonly encoding: string;
  readonly warnings: readonly Warning[];
}

/** What is known about a file besides its bytes. */
export interface SubtitleHints {
  /** BCP-47 of the text, if the user stated it. */
  readonly language?: string | undefined;
  /** Useful languages, best first, for cues with two. */
  readonly wanted?: readonly string[];
  /** The video's frames per second, for times that count frames. */
  readonly frameRate?: number | undefined;
}

/** Larger than any film's subtitles; a bigger file is something else. */
const MOST_BYTES = 20_000_000;
/** Frames per second when nothing states them: film for European television. */
const USUAL_FRAME_RATE = 25;
/** A cue without a usable end lasts as long as its text takes to say: 15 characters per second, 0.8 s at least. */
const CHARACTERS_PER_SECOND = 15;
const SHORTEST_REPAIRED = 0.8;

/**
 * Reads subtitles as people really have them: SRT, WebVTT, SubViewer, SubStation Alpha, TTML or MicroDVD, in any
 * encoding, with missing numbers, loose times, blank lines inside a cue, tags, rolling captions, cues out of order.
 * Cues in which nothing is spoken are dropped; a cue with two speakers' turns becomes two, its time shared by length of
 * text. A cue contains only text: what looks like times but cannot be read is left out, with a warning.
 *
 * Errors: `subtitles.unreadable` (no cue in it), `subtitles.encoding` (not text).
 * @param name for the message only
 */
export function readSubtitles(name: string, bytes: Uint8Array, hints: SubtitleHints = {}): Subtitles {
  if (bytes.length > MOST_BYTES) throw new OctaviaError('subtitles.unreadable', `${name} is too large.`);
  const { text, encoding, guessed } = decodeText(bytes, hints.language);
  const rate = hints.frameRate ?? USUAL_FRAME_RATE;
  const file = readAss(text) ?? readTtml(text, rate) ?? readMicroDvd(text, rate) ?? readBlocks(text, rate);
  if (file.cues.length === 0)
    throw new OctaviaError('subtitles.unreadable', `${name} contains no line with times.`);
  const ordered = [...file.cues].sort((a, b) => a.start - b.start || a.end - b.end);
  const repaired = repairEnds(withoutRolling(ordered));
  const one = inOneLanguage(repaired.cues, [hints.language ?? [], hints.wanted ?? []].flat());
  const names = knownNames(one.cues.flatMap(({ lines }) => lines.map(plainText)));
  // The turns of overlapping cues may be out of order.
  const cues = one.cues.flatMap((cue) => turnsAsCues(cue, names)).sort((a, b) => a.start - b.start);
  if (cues.length === 0) throw new OctaviaError('subtitles.unreadable', `Nothing is spoken in ${name}.`);
  const warnings = [
    ...encodingWarning(guessed ? encoding : undefined),
    ...timeWarnings(file, repaired.count, hints.frameRate),
    ...languageWarning(one),
  ];
  return { cues, format: file.format, encoding, warnings };
}

/** Gives a length, up to the next cue, to cues whose end is missing or before their start. */
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

function turnsAsCues(cue: RawCue, names: ReadonlySet<string>): Cue[] {
  const turns = spokenTurns(cue.lines, names);
  const characters = turns.reduce((sum, turn) => sum + turn.text.length, 0);
  let start = cue.start;
  return turns.map((turn, index) => {
    const share = ((cue.end - cue.start) * turn.text.length) / characters;
    const end = index === turns.length - 1 ? cue.end : start + share;
    const part = { start, end, text: turn.text, speaker: turn.speaker ?? cue.speaker };
    start = end;
    return part;
  });
}

function encodingWarning(guessed: string | undefined): Warning[] {
  if (guessed === undefined) return [];
  const message = `The subtitles were read as ${guessed}; check accented letters, or save them as UTF-8.`;
  return [{ code: 'subtitles.encoding_guessed', message }];
}

function timeWarnings(file: RawFile, repaired: number, frameRate: number | undefined): Warning[] {
  const warnings: Warning[] = [];
  if (repaired > 0) {
    const what = repaired === 1 ? '1 subtitle ends' : `${repaired} subtitles end`;
    const message = `${what} before starting; its length was estimated from its text.`;
    warnings.push({ code: 'subtitles.repaired', message });
  }
  if (file.unreadable > 0) {
    const what = file.unreadable === 1 ? '1 subtitle has times' : `${file.unreadable} subtitles have times`;
    warnings.push({ code: 'subtitles.left_out', message: `${what} that cannot be read; left out.` });
  }
  if (file.frames) {
    const rate = Number((frameRate ?? USUAL_FRAME_RATE).toFixed(3));
    const known = frameRate === undefined ? 'which is assumed' : 'as the video has';
    const message = `The subtitles' times count frames. They were read at ${rate} frames per second, ${known}.`;
    warnings.push({ code: 'subtitles.frames', message });
  }
  return warnings;
}

function languageWarning({ found }: OneLanguage): Warning[] {
  if (found === undefined) return [];
  const message = `Each subtitle has two languages, ${found.kept} and ${found.left}. Only ${found.kept} is used.`;
  return [{ code: 'subtitles.bilingual', message }];
}
