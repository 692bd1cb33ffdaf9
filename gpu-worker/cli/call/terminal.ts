import { exit, stderr, stdin, stdout } from 'node:process';

/** Where a command reads and writes. Only results go to stdout. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  /** One line of a result. */
  result(line: string): void;
  /** One line for people. */
  say(line: string): void;
  /** Overwrites the line before it; only when `live`. */
  redraw(text: string): void;
  /** Whether stderr is a terminal that a bar can be drawn on. */
  readonly live: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Aborted by Ctrl-C, SIGTERM, or this process's supervisor. */
  readonly stopped: AbortSignal;
  /** Runs an optional task: one Ctrl-C ends only that. */
  aside<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

const ERASE_LINE = '\r\u001b[2K';

/** The terminal of this process. The first Ctrl-C asks the work to end, the second ends the process. */
export function processTerminal(): Terminal {
  const stop = new AbortController();
  let aside: AbortController | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) exit(5);
      if (signal === 'SIGINT' && aside?.signal.aborted === false) return aside.abort();
      stop.abort();
      aside?.abort();
    });
  }
  // A supervisor has closed its channel or is gone, perhaps before this program had started.
  process.on('disconnect', () => {
    stop.abort();
    aside?.abort();
  });
  if (process.connected === false) stop.abort();
  // A reader that goes away (`octavia … | head`) is not our error.
  stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    input: stdin,
    result: (line) => void stdout.write(`${line}\n`),
    say: (line) => void stderr.write(stderr.isTTY ? `${ERASE_LINE}${line}\n` : `${line}\n`),
    redraw: (text) => void stderr.write(`${ERASE_LINE}${text}`),
    live: stderr.isTTY,
    width: stderr.columns,
    stopped: stop.signal,
    async aside(work) {
      aside = new AbortController();
      if (stop.signal.aborted) aside.abort();
      try {
        return await work(aside.signal);
      } finally {
        aside = undefined;
      }
    },
  };
}
