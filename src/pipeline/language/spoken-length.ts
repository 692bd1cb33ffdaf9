/** A pause within a line at normal pace, in units: after a comma, after a sentence. */
const COMMA = 2.5;
const STOP = 5;
/** Length of one character in units, by script; a syllabic or logographic one stands for a whole syllable. */
const SCRIPTS: readonly (readonly [RegExp, number])[] = [
  [/\p{Script=Han}/u, 4],
  [/\p{Script=Hangul}/u, 3.2],
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 2.2],
  [/\p{Script=Arabic}|\p{Script=Hebrew}/u, 1.4],
  [/\p{M}/u, 0.4],
  [/\p{L}/u, 1],
  // "7" is "siete": a digit is a word.
  [/\p{N}/u, 5],
];

/** How long a text is when spoken, pauses included; the unit is the length of a Latin letter. */
export function spokenUnits(text: string): number {
  let units = 0;
  for (const character of text) units += SCRIPTS.find(([script]) => script.test(character))?.[1] ?? 0;
  const inner = text.trim().replace(/[\p{P}\s]+$/u, '');
  const stops = inner.match(/[.!?…。！？]+(?=\s|\p{Lo})/gu)?.length ?? 0;
  const commas = inner.match(/[,;:—、，；]/gu)?.length ?? 0;
  return units + stops * STOP + commas * COMMA;
}

/**
 * The slowest sustained speech, in units per second (slow speech has about 10; the bound is two Chinese characters in
 * 1.6 s, two Korean ones in 1.3 s): speech that takes longer is repeating itself.
 */
const SLOWEST_UNITS = 5;
const SLACK_SECONDS = 1.5;

/** Most seconds that a text of any script takes. */
export function longestSeconds(text: string): number {
  return SLACK_SECONDS + spokenUnits(text.normalize('NFC')) / SLOWEST_UNITS;
}
