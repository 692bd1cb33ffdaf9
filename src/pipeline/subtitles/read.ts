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

/** What is known about a file beside its bytes. */
export interface SubtitleHints {
  /** BCP-47 of the text, where the user said it. */
  readonly language?: string | undefined;
  /** Languages that are of use, best first, where cues hold two. */
  readonly wanted?: readonly string[];
  /** Frames a second of the video, for times that count frames. */
  readonly frameRate?: number | undefined;
}

/** Larger than any film's subtitles; a bigger file is something else. */
const MOST_BYTES = 20_000_000;
/** Frames a second where nothing says it: film for European television. */
const USUAL_FRAME_RATE = 25;
/** A cue without a usable end stays as long as its text takes to say: 15 characters a second, 0.8 s at least. */
const CHARACTERS_PER_SECOND = 15;
const SHORTEST_REPAIRED = 0.8;

/**
 * Reads subtitles as people really have them: SRT, WebVTT, SubViewer, SubStation Alpha, TTML or MicroDVD, in any
 * encoding, with missing numbers, loose times, blank lines inside a cue, tags, rolling captions, cues out of order.
 * Cues in which nothing is spoken are dropped; a cue with two speakers' turns becomes two, its time shared by length
 * of text. Nothing but text is ever in a cue: what looks like times and cannot be read is left out, and said.
 *
 * Errors: `subtitles.unreadable` (no cue in it), `subtitles.encoding` (not text).
 * @param name for the message only
 */
export function readSubtitles(name: string, bytes: Uint8Array, hints: SubtitleHints = {}): Subtitles {
  if (bytes.length > MOST_BYTES) throw new OctaviaError('subtitles.unreadable', `${name} is too large.`);
  const { text, encoding, guessed } = decodeText(bytes, hints.language);
  const rate = hints.frameRate ?? USUAL_FRAME_RATE;
  const file = readAss(text) ?? readTtml(text, rate) ?? readMicroDvd(text, rate) ?? readBlocks(text, rate);
  if (file.cues.length === 0) throw new OctaviaError('subtitles.unreadable', `${name} has no timed line.`);
  const ordered = [...file.cues].sort((a, b) => a.start - b.start || a.end - b.end);
  const repaired = repairEnds(withoutRolling(ordered));
  const one = inOneLanguage(repaired.cues, [hints.language ?? [], hints.wanted ?? []].flat());
  const names = knownNames(one.cues.flatMap(({ lines }) => lines.map(plainText)));
  // Turns of cues that overlap may begin after one another's.
  const cues = one.cues.flatMap((cue) => turnsAsCues(cue, names)).sort((a, b) => a.start - b.start);
  if (cues.length === 0) throw new OctaviaError('subtitles.unreadable', `Nothing is spoken in ${name}.`);
  const warnings = [
    ...encodingWarning(guessed ? encoding : undefined),
    ...timeWarnings(file, repaired.count, hints.frameRate),
    ...languageWarning(one),
  ];
  return { cues, format: file.format, encoding, warnings };
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
    const message = `${what} before starting; given the time that its text takes.`;
    warnings.push({ code: 'subtitles.repaired', message });
  }
  if (file.unreadable > 0) {
    const what = file.unreadable === 1 ? '1 subtitle has times' : `${file.unreadable} subtitles have times`;
    warnings.push({ code: 'subtitles.left_out', message: `${what} that cannot be read; left out.` });
  }
  if (file.frames) {
    const rate = Number((frameRate ?? USUAL_FRAME_RATE).toFixed(3));
    const known = frameRate === undefined ? 'which is assumed' : 'as the video has';
    const message = `The times of the subtitles count frames. They were read at ${rate} frames a second, ${known}.`;
    warnings.push({ code: 'subtitles.frames', message });
  }
  return warnings;
}

function languageWarning({ found }: OneLanguage): Warning[] {
  if (found === undefined) return [];
  const message = `Each subtitle holds two languages, ${found.kept} and ${found.left}. Only ${found.kept} is used.`;
  return [{ code: 'subtitles.bilingual', message }];
}
