import { bytesInWords } from '../plan/words.ts';
import type { Arrival } from './arrival.ts';

/**
 * A file this many times larger or smaller than in the catalogue is a different file; with a minimum for small ones.
 */
const ABSURD = { times: 100, bytes: 10e6 } as const;

/**
 * Why a file of which only an approximate size is known is obviously the wrong one. We check no more than that, because
 * the catalogue's sizes may be far off.
 * @param expected bytes, roughly
 */
export function whatIsWrong(
  { bytes, head }: Pick<Arrival, 'bytes' | 'head'>,
  expected: number,
): string | undefined {
  if (bytes === 0) return 'is empty';
  const instead = placeholder({ head });
  if (instead !== undefined) return instead;
  const absurd = bytes * ABSURD.times < expected || bytes > expected * ABSURD.times + ABSURD.bytes;
  return absurd ? `has ${bytesInWords(bytes)} instead of about ${bytesInWords(expected)}` : undefined;
}

/** A placeholder for a file, by its first bytes: hosts and copies have these instead of files they lack. */
export function placeholder({ head }: Pick<Arrival, 'head'>): string | undefined {
  if (head.startsWith('version https://git-lfs.')) return 'is a pointer to large-file storage (Git LFS)';
  if (/^\s*<(!doctype|html|\?xml)/i.test(head)) return 'is a web page (a login?)';
  return undefined;
}
