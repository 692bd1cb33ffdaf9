import { bytesInWords } from '../plan/words.ts';
import type { Arrival } from './arrival.ts';

/** So many times larger or smaller than the catalogue has it, a file is another one; plus what is small anyway. */
const ABSURD = { times: 100, bytes: 10e6 } as const;

/**
 * Where nothing but an approximate size is known of a file: why it is plainly no such file. What else it holds is
 * not for us to say, because the catalogue's sizes may be wrong by much.
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
  return absurd ? `has ${bytesInWords(bytes)} where about ${bytesInWords(expected)} are expected` : undefined;
}

/** What stands in the place of a file, by its first bytes: hosts and copies have such things where they lack it. */
export function placeholder({ head }: Pick<Arrival, 'head'>): string | undefined {
  if (head.startsWith('version https://git-lfs.')) return 'is a pointer to large-file storage (Git LFS)';
  if (/^\s*<(!doctype|html|\?xml)/i.test(head)) return 'is a web page (a login?)';
  return undefined;
}
