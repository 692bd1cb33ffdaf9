import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { WATCHED } from './pipes.ts';

/** Milliseconds. */
const INTERVAL = 250;

/**
 * Ends this process and what it started when its parent is gone; until then, reports memory use to the parent. Runs in
 * a separate thread, because the main one may be inside a call that lasts minutes.
 */
const parent = new Socket({ fd: WATCHED, readable: true, writable: true })
  .on('error', () => undefined)
  .on('close', () => process.kill(0, 'SIGKILL'))
  .resume();

const tell = () => void parent.write(`${ownBytes()}\n`);

tell();
setInterval(tell, INTERVAL);

/** Memory of this process alone, where known: it shares Node itself, some 50 MB, with its parent. */
function ownBytes(): number {
  try {
    const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.memoryUsage.rss();
}
