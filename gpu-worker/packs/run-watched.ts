import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';

const LOOK_MS = 250;
/** What a program says beyond this is of no use. */
const LONGEST_WORDS = 20_000;

export interface Ended {
  readonly kind: 'done' | 'failed' | 'absent' | 'stalled';
  /** What it said on stderr and stdout. */
  readonly said: string;
}

interface Watched {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder in which it works, and whose growth is watched. */
  readonly cwd: string;
  /** Without a byte for so long it is ended. */
  readonly stallSeconds: number;
  /** More is not told. */
  readonly limitBytes: number;
}

/**
 * Runs a program that fetches something, and tells how its folder grows.
 * Errors: `job.cancelled` once aborted; the program is ended then.
 */
export async function runWatched(
  { command, env, cwd, stallSeconds, limitBytes }: Watched,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<Ended> {
  throwIfAborted(signal);
  const [program = '', ...args] = command;
  const windows = process.platform === 'win32';
  // A group of its own: what it has started ends with it.
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: windows,
    detached: !windows,
  });
  let said = '';
  const hear = (text: string) => (said = (said + text).slice(-LONGEST_WORDS));
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const stop = () => end(child);
  signal.addEventListener('abort', stop, { once: true });
  let stalled = false;
  let most = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    void sizeOf(cwd).then((bytes) => {
      if (bytes > most) {
        most = bytes;
        last = performance.now();
        onBytes(Math.min(bytes, limitBytes));
      } else if (performance.now() - last > stallSeconds * 1000) {
        stalled = true;
        stop();
      }
    });
  }, LOOK_MS);
  try {
    const kind = await new Promise<Ended['kind']>((resolve) => {
      child.once('error', () => resolve('absent'));
      child.once('close', (code) => resolve(code === 0 ? 'done' : 'failed'));
    });
    if (signal.aborted) throw new OctaviaError('job.cancelled');
    return { kind: stalled ? 'stalled' : kind, said };
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}

function end(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Bytes of all files below a folder, however they come and go. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
