import { setTimeout as sleep } from 'node:timers/promises';
import { doJob, type JobTools, type Outcome } from './job.ts';
import { removeLeftovers } from './scratch.ts';
import type { Source } from './source.ts';

export interface WorkerSettings extends Omit<JobTools, 'keep'> {
  readonly source: Source;
  /** Ends after one job, so that the machine can be destroyed. */
  readonly once: boolean;
  /** A line for people. */
  readonly say: (line: string) => void;
}

/** Seconds before asking again after the API or the queue could not be reached. */
const PAUSE_SECONDS = 5;

/**
 * Takes jobs and does them, one at a time, until the signal is aborted; the job in hand is then given back.
 * @returns what became of each job
 */
export async function runWorker(settings: WorkerSettings, signal: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  await removeLeftovers(settings.scratchRoot);
  while (!signal.aborted) {
    try {
      const claimed = await settings.source(signal);
      if (!claimed) continue;
      const { jobId, attempt, input } = claimed.claim;
      settings.say(`job ${jobId}: attempt ${attempt}, ${input.bytes} bytes`);
      const outcome = await doJob({ ...settings, keep: () => claimed.keep() }, claimed.claim, signal);
      settings.say(`job ${jobId}: ${outcome}`);
      outcomes.push(outcome);
      // A task that is not done is delivered again, and refused if the job has ended meanwhile.
      await claimed.done().catch(() => undefined);
      if (settings.once) return outcomes;
    } catch (error) {
      if (signal.aborted) break;
      settings.say(
        `trying again in ${PAUSE_SECONDS} s: ${error instanceof Error ? error.message : String(error)}`,
      );
      await sleep(PAUSE_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
    }
  }
  return outcomes;
}
