import type { Cue } from '../media-types.ts';
import { apart } from './apart.ts';
import { formatTime } from './timing.ts';
import { wrap } from './wrap.ts';

/** SubRip text of the cues, UTF-8 when encoded; times rounded to milliseconds. No two are shown at once. */
export function writeSrt(cues: readonly Cue[]): string {
  return apart(cues)
    .map((cue, index) => `${index + 1}\n${times(cue, ',')}\n${lines(srtText(cue.text))}\n`)
    .join('\n');
}

/** WebVTT text of the cues, with voice tags for named speakers. No two are shown at once. */
export function writeVtt(cues: readonly Cue[]): string {
  const blocks = apart(cues).map((cue) => {
    const voice = cue.speaker === undefined ? '' : `<v ${escapeVtt(cue.speaker.replace(/\s+/g, ' '))}>`;
    return `${times(cue, '.')}\n${voice}${escapeVtt(lines(cue.text))}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

function lines(text: string): string {
  return text.split('\n').flatMap(wrap).join('\n');
}

function times(cue: Cue, mark: ',' | '.'): string {
  return `${formatTime(cue.start, mark)} --> ${formatTime(cue.end, mark)}`;
}

/** SubRip has no escapes: an arrow would look like a timing line, a tag like markup. */
function srtText(text: string): string {
  return text.replaceAll('-->', '→').replaceAll(/<(?=\/?[a-z])/gi, '‹');
}

function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
