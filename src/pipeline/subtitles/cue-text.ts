import { joinedText } from '../language/scripts.ts';
import { takeBracketed, takeLabel } from './labels.ts';

/** What is spoken in one cue: one entry per speaker's turn. */
export interface Turn {
  readonly speaker: string | undefined;
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
  shy: '',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  iquest: '¿',
  iexcl: '¡',
};

/** Longest tag or bracket we look for; keeps every pattern linear on hostile input. */
const TAG = /<\/?[a-z][^<>]{0,200}>|<\d[\d:.,]{0,20}>/gi;
const RUBY = /<rt(?:\.[^<>]{0,100})?>[^<>]{0,200}<\/rt>/gi;
const OVERRIDE = /\{\\[^{}]{0,200}\}|\{[a-z]:[^{}]{0,40}\}/gi;
const BRACKETED = /[[［【][^[\]［］【】]{0,300}[\]］】]|\{[^{}\\]{0,300}\}/g;
const MUSIC = /[♪♫♬♩🎵🎶]/u;
const VOICE = /<v(?:\.[^\s<>]{1,100})?\s+([^<>]{1,100})>/gi;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g;

/**
 * Splits the raw text of a cue into what each speaker says, free of markup and of what is not spoken: sound
 * descriptions in brackets, sung lines (marked ♪) and hearing-impaired labels (`JOHN:` becomes the speaker).
 * A cue with dashes at its lines (`- A` / `- B`), or with broadcasters' `>>`, is two turns.
 * @param names that the file uses as labels (knownNames)
 */
export function spokenTurns(raw: readonly string[], names: ReadonlySet<string> = new Set()): Turn[] {
  const turns: { speaker: string | undefined; lines: string[] }[] = [];
  let speaker: string | undefined;
  const lines = raw
    .flatMap((line) => chevrons(line))
    .map(bracketLabel)
    .join('\n')
    .replace(BRACKETED, ' ')
    .split('\n');
  if (isSong(lines)) return [];
  const dialogue = lines.filter((line) => startsWithDash(plain(line))).length > 1;
  for (const line of lines) {
    for (const part of splitVoices(line)) {
      const changes = part.text.startsWith(TURN);
      const turnStarts = changes || (dialogue && startsWithDash(plain(part.text)));
      if (part.speaker !== undefined) speaker = part.speaker;
      else if (turnStarts) speaker = undefined;
      const labelled = takeLabel(spoken(plain(part.text.replaceAll(TURN, ''))), names);
      if (!SPOKEN.test(labelled.text) && labelled.speaker === undefined) continue;
      if (labelled.speaker !== undefined) speaker = labelled.speaker;
      const current = turns.at(-1);
      if (current === undefined || turnStarts || current.speaker !== speaker) {
        turns.push({ speaker, lines: [spoken(labelled.text)] });
      } else {
        current.lines.push(spoken(labelled.text));
      }
    }
  }
  return turns
    .map((turn) => ({ speaker: turn.speaker, text: joinLines(turn.lines) }))
    .filter((turn) => SPOKEN.test(turn.text));
}

/** Whether there is something to say. */
const SPOKEN = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** Replaces `>>` once it was read; no file contains it. */
const TURN = '\ue000';

/** Broadcast captions open a turn with `>>` and another story with `>>>`: each begins a line of its own. */
function chevrons(line: string): string[] {
  const marked = line
    .replace(/&gt;/gi, '>')
    .replace(/＞/g, '>')
    .replace(/≫/g, '>>')
    .replace(/(?:^|(?<=[.!?…"”)\]-])\s?|\s(?=\S{2,3}\s?\p{Lu}))(?:>{2,4}|»{2})\s*/gu, `\n${TURN}`);
  const parts = marked.split('\n').filter((part) => part.trim() !== '');
  return parts.length > 0 ? parts : [line];
}

/** Turns `[JOHN]: Go` into a voice tag, before text in brackets is dropped. */
function bracketLabel(line: string): string {
  const lead = line.startsWith(TURN) ? TURN : '';
  const { speaker, text } = takeBracketed(line.slice(lead.length));
  return speaker === undefined ? line : `${lead}<v ${speaker}>${text}`;
}

/** A line without markup, for comparison with others. */
export function plainText(line: string): string {
  return plain(line).trim();
}

/** Sung from its first line to its last, whatever is between. */
function isSong(lines: readonly string[]): boolean {
  const written = lines.filter((line) => plain(line).trim() !== '');
  return MUSIC.test(written[0] ?? '') && MUSIC.test(written.at(-1) ?? '');
}

/** WebVTT voice tags: each starts a part spoken by that name. */
function splitVoices(line: string): Turn[] {
  const pieces = line.split(VOICE);
  const parts: Turn[] = [{ speaker: undefined, text: pieces[0] ?? '' }];
  for (let index = 1; index < pieces.length; index += 2) {
    parts.push({ speaker: plain(pieces[index] ?? '').trim(), text: pieces[index + 1] ?? '' });
  }
  return parts.filter((part, index) => index > 0 || part.text !== '');
}

function plain(line: string): string {
  return line
    .replace(RUBY, '')
    .replace(TAG, '')
    .replace(OVERRIDE, '')
    .replace(/\\[Nn]/g, ' ')
    .replace(/\\h/g, ' ')
    .replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => entity(name) ?? whole)
    .replace(INVISIBLE, '')
    .replace(/\s+/g, ' ');
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()];
  const hex = name[1] === 'x' || name[1] === 'X';
  const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
  return Number.isNaN(code) || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}

function startsWithDash(text: string): boolean {
  return /^\s*[-–—‐]\s*[^\s\d-]/.test(text);
}

/** Without sound descriptions, sung lines and the dash that opens a turn. */
function spoken(text: string): string {
  if (MUSIC.test(text) || /^\s*#.*#\s*$/.test(text)) return '';
  return text
    .replace(/^(\s*[-–—‐]?\s*)[(（]([^()（）]{1,60})[)）]/, dropDescription)
    .replace(/()[(（]([^()（）]{1,60})[)）](?=[\s.!?…]*$)/, dropDescription)
    .replace(/^\s*[-–—‐]+\s*(?=[^\s\d-])/, '')
    .replace(/^\s*\*[^*]{1,60}\*\s*$|^\s*\*\p{Ll}[^*]{0,60}\*|\*\p{Ll}[^*]{0,60}\*\s*$/u, '')
    .replace(/(?<![\p{L}\p{N}*])\*{1,2}([^*\s][^*]{0,200})\*{1,2}(?![\p{L}\p{N}*])/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

/** At the edge of a line, a few words in round brackets describe a sound; more may well be spoken. */
function dropDescription(whole: string, before: string, inside: string): string {
  return inside.trim().split(/\s+/).length <= 4 ? before : whole;
}

/**
 * Joins the lines of a cue into one text, without spaces where the script has none; `well-` at a line's end may be
 * intended.
 */
function joinLines(lines: readonly string[]): string {
  return joinedText(lines).replace(/\s+/g, ' ').trim();
}
