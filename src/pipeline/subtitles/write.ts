import type { Cue } from '../media-types.ts';
import { formatTime } from './timing.ts';

/** Characters in a line and lines in a cue: the common broadcast guideline (Netflix, BBC: 37–42, two lines). */
const LINE_LENGTH = 42;

/** SubRip text of the cues, UTF-8 when encoded; times rounded to milliseconds. */
export function writeSrt(cues: readonly Cue[]): string {
  return cues
    .map((cue, index) => `${index + 1}\n${times(cue, ',')}\n${wrap(srtText(cue.text)).join('\n')}\n`)
    .join('\n');
}

/** WebVTT text of the cues, with voice tags for named speakers. */
export function writeVtt(cues: readonly Cue[]): string {
  const blocks = cues.map((cue) => {
    const voice = cue.speaker === undefined ? '' : `<v ${escapeVtt(cue.speaker.replace(/\s+/g, ' '))}>`;
    return `${times(cue, '.')}\n${voice}${wrap(cue.text).map(escapeVtt).join('\n')}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

function times(cue: Cue, mark: ',' | '.'): string {
  return `${formatTime(cue.start, mark)} --> ${formatTime(cue.end, mark)}`;
}

/** SubRip has no escapes: an arrow would read as a timing line, a tag as markup. */
function srtText(text: string): string {
  return text.replaceAll('-->', '→').replaceAll(/<(?=\/?[a-z])/gi, '‹');
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Where a line may break: at any space but those that French has before its marks. */
const BREAKS = /[^\S\u00a0\u202f]+/;

/** Lines of about equal length, as few as the guideline allows; a longer word stands alone. */
function wrap(text: string): string[] {
  const words = text.split(BREAKS).filter(Boolean);
  const length = words.join(' ').length;
  const wanted = Math.ceil(length / LINE_LENGTH);
  for (let width = Math.ceil(length / Math.max(1, wanted)); width < LINE_LENGTH; width++) {
    const lines = fill(words, width);
    if (lines.length <= wanted) return lines;
  }
  return fill(words, LINE_LENGTH);
}

function fill(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
