import type { Tongue } from './tongue.ts';

/** A language as it is spoken by one voice. */
export interface Speech {
  readonly tongue: Tongue;
  /** BCP-47. */
  readonly language: string;
  readonly decimal: '.' | ',';
}

/** Replaces each match with what is said; a match for which it is undefined stays. */
export function say(
  text: string,
  pattern: RegExp,
  by: (found: string, at: number, groups: Readonly<Record<string, string | undefined>>) => string | undefined,
): string {
  let said = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const words = by(match[0], match.index, match.groups ?? {});
    if (words === undefined) continue;
    said += text.slice(from, match.index) + words;
    from = match.index + match[0].length;
  }
  return said + text.slice(from);
}

/** The word directly before a position in the text, or '' if there is none. */
export function wordBefore(text: string, at: number): string {
  return /([\p{L}\p{M}]+['’.]?)\s*$/u.exec(text.slice(Math.max(0, at - 40), at))?.[1] ?? '';
}

/** The word directly after a position in the text and a space, or ''. */
export function wordAfter(text: string, at: number): string {
  return /^\s+([\p{L}\p{M}]+)/u.exec(text.slice(at, at + 40))?.[1] ?? '';
}
