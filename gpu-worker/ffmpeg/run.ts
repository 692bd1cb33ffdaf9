import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import type { FfmpegResult } from '@octavia/pipeline/media/ffmpeg';
import { endGroup } from '../process/group.ts';
import { programLimits, type ProgramLimits } from './limits.ts';
import { Log } from './log.ts';
import { sandbox, type Reach } from './sandbox.ts';

export interface Run {
  readonly program: 'ffmpeg' | 'ffprobe';
  readonly args: readonly string[];
  readonly reach: Reach;
  /** The program waits for it, and is ended when it throws. */
  readonly onBytes?: ((bytes: Uint8Array) => Promise<void>) | undefined;
  /** Seconds of output written so far. */
  readonly onSeconds?: ((seconds: number) => void) | undefined;
}

/** Seconds between asking the program to end and ending it. */
const GRACE = 1;

/** Attempts per run: a program that hung once may have met a passing problem; one that hangs again will always hang. */
const TRIES = 2;

/**
 * Runs ffmpeg or ffprobe without a shell, as confined as this machine allows. An abort ends the process (SIGTERM, then
 * SIGKILL) and rejects with `job.cancelled` once it is gone. One that makes no progress is ended and run once more;
 * output already passed on is not passed on twice.
 * Errors: `input.stuck` when it hangs again, `input.too_large` when it takes too long, `media.failed` when it cannot be
 * run.
 */
export async function runProgram(run: Run, signal: AbortSignal): Promise<FfmpegResult> {
  const limits = programLimits();
  let given = 0;
  for (let tries = 1; ; tries++) {
    throwIfAborted(signal);
    const once = await runOnce(
      { ...run, onBytes: after(given, run.onBytes, (n) => (given += n)) },
      limits,
      signal,
    );
    if (!once.hung) return once.result;
    if (tries === TRIES) {
      const told = `${run.program} made no progress for ${limits.stallSeconds} s, ${TRIES} times.`;
      throw new OctaviaError('input.stuck', told);
    }
  }
}

/** Passes on the bytes that come after the first `skipped` ones. */
function after(skipped: number, onBytes: Run['onBytes'], count: (bytes: number) => void): Run['onBytes'] {
  let left = skipped;
  return async (bytes) => {
    const fresh = bytes.subarray(Math.min(left, bytes.length));
    left -= bytes.length - fresh.length;
    if (fresh.length === 0) return;
    count(fresh.length);
    await onBytes?.(fresh);
  };
}

type Once = { readonly hung: true } | { readonly hung: false; readonly result: FfmpegResult };

async function runOnce(run: Run, limits: ProgramLimits, signal: AbortSignal): Promise<Once> {
  const { program, onBytes, onSeconds } = run;
  const child = await start(run, limits);
  const stop = killer(child);
  const watch = watchdog(limits, stop.now);
  let latest = -1;
  const log = new Log(
    program === 'ffmpeg'
      ? (seconds) => {
          if (seconds > latest) watch.alive();
          latest = seconds;
          onSeconds?.(seconds);
        }
      : undefined,
  );
  const read = readAll(child.stdout, watch, onBytes);
  read.catch(stop.now);
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.add(text));
  signal.addEventListener('abort', stop.now, { once: true });
  try {
    const { code, by } = await ended(child, program);
    await read.finally(() => throwIfAborted(signal));
    const why = watch.why();
    if (why === 'hung') return { hung: true };
    if (why === 'late') {
      throw new OctaviaError('input.too_large', `${program} may take ${limits.seconds} s for a file.`);
    }
    const signalled = by ?? signalBehind(code);
    if (signalled !== undefined) log.add(`\nended by ${signalled}`);
    return { hung: false, result: { ok: code === 0, log: log.end() } };
  } finally {
    signal.removeEventListener('abort', stop.now);
    stop.clear();
    watch.clear();
  }
}

/** Hands everything over in order. A program that waits for us is not stuck. */
async function readAll(
  stdout: Readable,
  watch: Pick<ReturnType<typeof watchdog>, 'alive'>,
  onBytes: Run['onBytes'],
): Promise<void> {
  for await (const bytes of stdout) {
    watch.alive();
    await onBytes?.(bytes as Buffer);
    watch.alive();
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** It leads a new process group, so that everything it starts can be ended with it. */
async function start({ program, args, reach }: Run, { memoryBytes }: ProgramLimits): Promise<Child> {
  const progress = program === 'ffmpeg' ? ['-progress', 'pipe:2', '-nostats'] : [];
  const wanted = [program, ...progress, ...args];
  const [command = program, ...rest] = (await sandbox()).wrap(wanted, reach, memoryBytes);
  // Not our environment: it holds secrets.
  const { PATH, LD_LIBRARY_PATH, SystemRoot } = process.env;
  return spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env: { PATH, LD_LIBRARY_PATH, SystemRoot },
  });
}

function ended(child: Child, program: string): Promise<{ code: number | null; by: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('close', (code, by) => resolve({ code, by }));
    child.once('error', (cause) => {
      const advice = 'It comes with ffmpeg 5 or newer: apt-get install ffmpeg, or see the README.';
      reject(new OctaviaError('media.failed', `${program} cannot be run. ${advice}`, { cause }));
    });
  });
}

/** What ended a program in a sandbox, which passes it on as 128 and the signal's number. */
function signalBehind(code: number | null): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
}

function killer(child: Child): { now: () => void; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    now: () => {
      endGroup(child, 'SIGTERM');
      timer ??= setTimeout(() => endGroup(child), GRACE * 1000);
    },
    clear: () => clearTimeout(timer),
  };
}

/** Ends a program that has stopped making progress or runs for too long. */
function watchdog({ stallSeconds, seconds }: ProgramLimits, end: () => void) {
  let why: 'hung' | 'late' | undefined;
  const because = (reason: 'hung' | 'late') => () => {
    why ??= reason;
    end();
  };
  const stall = setTimeout(because('hung'), stallSeconds * 1000);
  const total = setTimeout(because('late'), Math.min(seconds * 1000, 2 ** 31 - 1));
  return {
    alive: () => void stall.refresh(),
    why: () => why,
    clear() {
      clearTimeout(stall);
      clearTimeout(total);
    },
  };
}
