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

/** Longest tag or bracket that is looked for; keeps every pattern linear on hostile input. */
const TAG = /<\/?[a-z][^<>]{0,200}>|<\d[\d:.,]{0,20}>/gi;
const RUBY = /<rt(?:\.[^<>]{0,100})?>[^<>]{0,200}<\/rt>/gi;
const OVERRIDE = /\{\\[^{}]{0,200}\}|\{[a-z]:[^{}]{0,40}\}/gi;
const BRACKETED = /[[［【][^[\]［］【】]{0,300}[\]］】]/g;
const MUSIC = /[♪♫♬♩🎵🎶]/u;
const VOICE = /<v(?:\.[^\s<>]{1,100})?\s+([^<>]{1,100})>/gi;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g;

/**
 * Splits the raw text of a cue into what each speaker says, free of markup and of what is not spoken: sound
 * descriptions in brackets, sung lines (marked ♪) and hearing-impaired labels (`JOHN:` becomes the speaker).
 * A cue with dashes at its lines (`- A` / `- B`) is two turns.
 */
export function spokenTurns(raw: readonly string[]): Turn[] {
  const turns: { speaker: string | undefined; lines: string[] }[] = [];
  let speaker: string | undefined;
  const lines = raw.join('\n').replace(BRACKETED, ' ').split('\n');
  if (isSong(lines)) return [];
  const dialogue = lines.filter((line) => startsWithDash(plain(line))).length > 1;
  for (const line of lines) {
    for (const part of splitVoices(line)) {
      if (part.speaker !== undefined) speaker = part.speaker;
      const turnStarts = dialogue && startsWithDash(plain(part.text));
      const labelled = takeLabel(spoken(plain(part.text)));
      if (labelled.text === '' && labelled.speaker === undefined) continue;
      if (labelled.speaker !== undefined) speaker = labelled.speaker;
      const current = turns.at(-1);
      if (current === undefined || turnStarts || current.speaker !== speaker) {
        turns.push({ speaker, lines: [labelled.text] });
      } else {
        current.lines.push(labelled.text);
      }
    }
  }
  return turns
    .map((turn) => ({ speaker: turn.speaker, text: joinLines(turn.lines) }))
    .filter((turn) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(turn.text));
}

/** Sung from its first line to its last, whatever stands between. */
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
    .replace(/\s+/g, ' ')
    .trim();
}

/** At the edge of a line, a few words in round brackets describe a sound; more may well be spoken. */
function dropDescription(whole: string, before: string, inside: string): string {
  return inside.trim().split(/\s+/).length <= 4 ? before : whole;
}

/** `JOHN SMITH: Hello` names its speaker; `WARNING: KEEP OUT` does not, nor does `Note: this`. */
function takeLabel(text: string): Turn {
  const match = /^(\p{Lu}[\p{Lu}\d .'’-]{1,30}):\s+(?=.*\p{Ll})/u.exec(text);
  if (match === null) return { speaker: undefined, text };
  const name = (match[1] ?? '').toLowerCase().replace(/(^|[ .'’-])\p{Ll}/gu, (start) => start.toUpperCase());
  return { speaker: name.trim(), text: text.slice(match[0].length) };
}

/** Lines of a cue are one text; a word cut at the line's end is not joined, since `well-` may be meant. */
function joinLines(lines: readonly string[]): string {
  return lines.filter(Boolean).join(' ').replace(/\s+/g, ' ').trim();
}
