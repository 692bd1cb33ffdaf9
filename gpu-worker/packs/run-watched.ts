import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import { endGroup } from '../process/group.ts';

const LOOK_MS = 250;
/** Characters of a program's output that are kept. */
const LONGEST_WORDS = 20_000;

export interface Ended {
  readonly kind: 'done' | 'failed' | 'absent' | 'stalled';
  /** What it said on stderr and stdout. */
  readonly said: string;
}

interface Watched {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder it works in, whose growth is watched. */
  readonly cwd: string;
  /** It is ended when it receives nothing for this long. */
  readonly stallSeconds: number;
  /** No more than this is reported. */
  readonly limitBytes: number;
}

/**
 * Runs a program that fetches something, and reports how its folder grows.
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
  // It leads a new process group, so that everything it starts can be ended with it.
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
  const stop = () => void endGroup(child);
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

/** Bytes of all files below a folder; files may come and go meanwhile. */
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
