import type { ChildProcess } from 'node:child_process';

/** Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** A process that has run this long was well: the next pause is a short one again. */
const WELL = 60_000;
/** A process that was told to end gets this long to hand its job back. */
const GRACE = 15_000;

export interface Supervisor {
  /** Tells the process to end, and waits until it has. */
  stop(): Promise<void>;
}

/**
 * Keeps one process running: starts it again when it ends, after pauses that double while it keeps ending early.
 * @param start makes the process, with an IPC channel: its closing tells the process to end, be it that it is
 * stopped here or that this process is gone
 * @param say a line for people
 * @param firstPause milliseconds before the first new start
 */
export function supervise(
  start: () => ChildProcess,
  say: (line: string) => void,
  firstPause = FIRST_PAUSE,
): Supervisor {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = firstPause;
  let stopped = false;
  let ended: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (ended = resolve));

  const run = () => {
    const began = Date.now();
    const running = (child = start());
    const gone = (how: string) => {
      if (child !== running) return;
      child = undefined;
      if (stopped) return ended();
      if (Date.now() - began > WELL) pause = firstPause;
      say(`the worker has ended (${how}); starting it again in ${pause / 1000} s`);
      timer = setTimeout(run, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    running.once('error', (error) => gone(error.message));
    running.once('exit', (code, signal) => gone(signal ?? `code ${code ?? 'unknown'}`));
  };
  run();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      if (child === undefined) return;
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child?.kill('SIGKILL'), GRACE);
      await over;
      clearTimeout(late);
    },
  };
}
