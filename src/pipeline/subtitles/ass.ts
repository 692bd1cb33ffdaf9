import type { RawCue, RawFile } from './raw-cue.ts';

const TIME = /^(-?)(\d{1,3}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?$/;
/** The default when there is no Format line; SSA and ASS both write events this way. */
const USUAL = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';
/** Drawings are shapes, not words. */
const DRAWING = /\{[^{}]{0,200}\\p[1-9]/;

/** Dialogue of SubStation Alpha (.ssa, .ass), or undefined when the text is in another format. */
export function readAss(text: string): RawFile | undefined {
  if (!/^[ \t\ufeff]{0,9}(?:\[Script Info\]|\[Events\]|Dialogue:)/im.test(text.slice(0, 20_000)))
    return undefined;
  const lines = text.split(/\r\n|\r|\n/);
  if (!lines.some((line) => line.startsWith('Dialogue:'))) return undefined;
  let fields = columns(USUAL);
  let events = false;
  let unreadable = 0;
  const cues: RawCue[] = [];
  for (const line of lines) {
    if (line.startsWith('[')) events = /^\[Events\]/i.test(line);
    if (events && line.startsWith('Format:')) fields = columns(line.slice('Format:'.length));
    if (!line.startsWith('Dialogue:')) continue;
    const cue = dialogue(line.slice('Dialogue:'.length), fields);
    if (cue === undefined) unreadable++;
    else if (!DRAWING.test(line)) cues.push(cue);
  }
  return { format: 'ass', cues, unreadable, frames: false };
}

function columns(line: string): string[] {
  return line.split(',').map((field) => field.trim().toLowerCase());
}

/** The text is everything after the other fields: it may contain commas. */
function dialogue(line: string, fields: readonly string[]): RawCue | undefined {
  const values = line.split(',');
  const field = (name: string): string => values[fields.indexOf(name)]?.trim() ?? '';
  const [start, end] = [seconds(field('start')), seconds(field('end'))];
  if (start === undefined || end === undefined) return undefined;
  const text = values.slice(fields.length - 1).join(',');
  const lines = text
    .split(/\\[Nn]/)
    .map((one) => one.replace(/\{[^{}]{0,500}\}/g, '').replaceAll('\\h', ' '));
  const name = field('name') || field('actor');
  return { start, end, lines, ...(name !== '' && { speaker: name }) };
}

function seconds(time: string): number | undefined {
  const [, sign, hours, minutes, whole, fraction = '0'] = TIME.exec(time) ?? [];
  if (whole === undefined) return undefined;
  if (sign === '-') return 0;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(`0.${fraction}`);
}
