import type { ChildProcess } from 'node:child_process';

/** Milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** A process that ran this long was healthy: the next pause is short again. */
const WELL = 60_000;
/** How long a process told to stop gets to hand its job back. */
const GRACE = 15_000;

export interface Supervisor {
  /** Tells the process to stop, and waits until it has. */
  stop(): Promise<void>;
}

/**
 * Keeps one process running: restarts it when it ends, after pauses that double while it keeps ending early.
 * @param start makes the process, with an IPC channel; the channel closes when `stop` is called or this process is
 * gone, which tells the process to stop
 * @param say writes a line for people
 * @param firstPause milliseconds before the first restart
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
      say(`the worker has ended (${how}); restarting it in ${pause / 1000} s`);
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
