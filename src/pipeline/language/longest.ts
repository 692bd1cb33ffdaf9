import { spokenUnits } from '../stages/fit/length.ts';

/**
 * Nobody says less a second for long, in what a Latin letter takes (slow speech has about 10; the bound is two
 * Chinese characters in 1.6 s, two Korean ones in 1.3 s): what takes longer repeats.
 */
const SLOWEST_UNITS = 5;
const SLACK_SECONDS = 1.5;

/** Seconds that a text of any script takes at most. */
export function longestSeconds(text: string): number {
  return SLACK_SECONDS + spokenUnits(text.normalize('NFC')) / SLOWEST_UNITS;
}
