import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import type { FfmpegResult } from '@octavia/pipeline/media/ffmpeg';

interface Listeners {
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** Seconds of output written so far. */
  readonly onSeconds?: ((seconds: number) => void) | undefined;
}

/** Kept of the log: ffmpeg repeats itself over damaged files, and the first and last words matter most. */
const LOG_CHARACTERS = 16_000;
/** Seconds between asking the program to end and ending it. */
const GRACE = 1;

/**
 * Runs ffmpeg or ffprobe without a shell. An abort ends the process (SIGTERM, then SIGKILL) and rejects with
 * `job.cancelled` once it is gone.
 */
export async function runProgram(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  signal: AbortSignal,
  { onBytes, onSeconds }: Listeners,
): Promise<FfmpegResult> {
  throwIfAborted(signal);
  const progress = onSeconds ? ['-progress', 'pipe:2', '-nostats'] : ['-nostats'];
  const child = spawn(program, program === 'ffmpeg' ? [...progress, ...args] : args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = new Log(onSeconds);
  child.stdout.on('data', (bytes: Buffer) => onBytes?.(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.add(text));
  const stop = killer(child);
  signal.addEventListener('abort', stop.now, { once: true });
  try {
    const exitCode = await ended(child, program);
    throwIfAborted(signal);
    return { ok: exitCode === 0, log: log.end() };
  } finally {
    signal.removeEventListener('abort', stop.now);
    stop.clear();
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function ended(child: Child, program: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (cause) => {
      const advice = 'It comes with ffmpeg 5 or newer: apt-get install ffmpeg, or see the README.';
      reject(new OctaviaError('media.failed', `${program} cannot be run. ${advice}`, { cause }));
    });
  });
}

function killer(child: Child): { now: () => void; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    now: () => {
      child.kill('SIGTERM');
      timer = setTimeout(() => child.kill('SIGKILL'), GRACE * 1000);
    },
    clear: () => clearTimeout(timer),
  };
}

/** Tells `-progress` lines (key=value) from log lines. */
class Log {
  #kept = '';
  #partial = '';
  readonly #onSeconds: ((seconds: number) => void) | undefined;

  constructor(onSeconds: ((seconds: number) => void) | undefined) {
    this.#onSeconds = onSeconds;
  }

  add(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end(): string {
    this.#line(this.#partial);
    this.#partial = '';
    return this.#kept;
  }

  #line(line: string): void {
    const [, key, value] = /^([a-z_0-9]+)=\s*(\S*)$/.exec(line) ?? [];
    if (this.#onSeconds && key !== undefined) {
      if (key === 'out_time_us' && Number(value) >= 0) this.#onSeconds(Number(value) / 1e6);
      return;
    }
    if (line === '') return;
    this.#kept += `${line}\n`;
    if (this.#kept.length > LOG_CHARACTERS) {
      const half = LOG_CHARACTERS / 2;
      this.#kept = `${this.#kept.slice(0, half)}\n${this.#kept.slice(-half / 2)}`;
    }
  }
}
