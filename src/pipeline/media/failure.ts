import { OctaviaError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/** ffmpeg's last words, and the errors they mean. The first match wins. */
const FAILURES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Cannot allocate memory|File too large|SIGXFSZ|exceeds specified max pixel count/i, 'input.too_large'],
  [/No space left on device|ENOSPC|QuotaExceeded/i, 'storage.full'],
  [/moov atom not found|End of file|Truncat|partial file|EBML header parsing failed/i, 'input.truncated'],
  [/No such file or directory|Permission denied|Is a directory/i, 'input.missing'],
  [/Format not on whitelist|Invalid data found when processing input|not on whitelist/i, 'input.not_media'],
];

/** Messages that mean part of the sound is missing or wrong, although ffmpeg continued. */
const DAMAGE =
  /partial file|File ended prematurely|Truncat|corrupt|Invalid data found|Error while decoding|error, non monotone|Header missing|Read error/i;

/** Turns a failed run on the user's file into our error; `fallback` when the log does not say why. */
export function failure(log: string, fallback: ErrorCode): OctaviaError {
  const [pattern, code = fallback] = FAILURES.find(([pattern]) => pattern.test(log)) ?? [];
  const said = log.split('\n').find((line) => pattern?.test(line));
  return new OctaviaError(code, lastLine(said ?? log));
}

/** The first complaint about damage, or undefined when there was none. */
export function damageIn(log: string): string | undefined {
  return log
    .split('\n')
    .find((line) => DAMAGE.test(line))
    ?.replace(NOISE, '')
    .trim();
}

export function lastLine(log: string): string | undefined {
  return log.trim().split('\n').at(-1)?.replace(NOISE, '').trim() || undefined;
}

/**
 * What is of no use to anyone: the demuxer's memory address (`[mov,mp4 @ 0x55…]`), and the place where a host keeps
 * the file (`file:/in/input0: `).
 */
const NOISE = /\[[^\]]* @ 0x[0-9a-f]+\]\s*|^file:.*: /gi;
