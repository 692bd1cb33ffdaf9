import { plainText } from '../../subtitles/cue-text.ts';
import { takeLabel } from '../../subtitles/labels.ts';

/** A line with what stands around its words: a model makes words of it. */
export interface MarkedText {
  readonly before: string;
  /** Without tags; empty where nothing is said. */
  readonly text: string;
  readonly after: string;
}

/** Tags, positions, notes of music. */
const MARKUP = String.raw`<[^<>]{1,200}>|\{\\[^{}]{0,200}\}|[♪♫♬♩🎵🎶]`;
/** What subtitles put before the words: markup, sounds in brackets, signs that open a turn or go on from before. */
const BEFORE = new RegExp(
  String.raw`^(?:\s|${MARKUP}|[[［【][^[\]［］【】]{0,300}[\]］】]|>{2,3}(?!\d)|(?:\.{2,}|…)(?=\s?[\p{L}¿¡])|[-–—](?=\s*[^\s\d-]))+`,
  'u',
);
const AFTER = new RegExp(String.raw`(?:\s|${MARKUP}|[[［【][^[\]［］【】]{0,300}[\]］】])+$`, 'u');
/** All of it in brackets, or between signs of a song: what is inside is the text. */
const ENCLOSED = /^(\s*[[［【(（#♪♫]+\s*)([^[\]［］【】()（）#♪♫]+?)(\s*[\]］】)）#♪♫]+\s*)$/u;

/** Takes a line apart; put together again around the translation, it is marked as before. */
export function takeMarks(line: string): MarkedText {
  const [, opening, inside, closing] = ENCLOSED.exec(line) ?? [];
  if (opening !== undefined && inside !== undefined && closing !== undefined)
    return { before: opening, text: plainText(inside), after: closing };
  const marks = BEFORE.exec(line)?.[0] ?? '';
  const unmarked = line.slice(marks.length);
  const { speaker, text } = takeLabel(unmarked, new Set());
  const label = speaker === undefined ? '' : unmarked.slice(0, unmarked.length - text.length);
  const rest = unmarked.slice(label.length);
  const after = AFTER.exec(rest)?.[0] ?? '';
  const said = plainText(rest.slice(0, rest.length - after.length));
  const open = tagsIn(marks, /<\w/g) === tagsIn(after, /<\//g);
  const kept = (around: string): string => (open ? around : around.replace(/<[^<>]*>/g, ''));
  return { before: kept(marks) + label, text: said, after: kept(after) };
}

function tagsIn(text: string, kind: RegExp): number {
  return text.match(kind)?.length ?? 0;
}
