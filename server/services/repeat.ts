import type { Logger } from 'pino';

/** A task that runs again and again, never twice at a time. */
export interface Repeating {
  /** Runs it soon; if it is running now, once more afterwards. */
  now: () => void;
  /** Stops after the run in progress. */
  stop: () => Promise<void>;
}

/** @param everySeconds from the end of one run to the start of the next */
export function repeat(everySeconds: number, log: Logger, task: () => Promise<unknown>): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const run = () => {
    clearTimeout(timer);
    again = false;
    running = task()
      .catch((error: unknown) => log.error({ err: error }, 'a background task failed'))
      .then(() => {
        running = undefined;
        if (stopped) return;
        if (again) run();
        else timer = setTimeout(run, everySeconds * 1000);
      });
  };
  timer = setTimeout(run, 0);

  return {
    now() {
      if (stopped) return;
      if (running) again = true;
      else run();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
