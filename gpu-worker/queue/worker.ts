import { setTimeout as sleep } from 'node:timers/promises';
import { doJob, type JobTools, type Outcome } from './job.ts';
import { removeLeftovers } from './scratch.ts';
import type { Claimed, JobSource } from './source.ts';

export interface WorkerSettings extends Omit<JobTools, 'keep'> {
  readonly source: JobSource;
  /** Ends after one job, so that the machine can be removed. */
  readonly once: boolean;
  /** A line for people. */
  readonly say: (line: string) => void;
}

/** Seconds to wait after the API or the queue could not be reached. */
const PAUSE_SECONDS = 5;

/**
 * Takes jobs and does them, one at a time, until the signal is aborted; the current job is then handed back.
 * @returns what became of each job
 */
export async function runWorker(settings: WorkerSettings, signal: AbortSignal): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  await removeLeftovers(settings.scratchRoot);
  while (!signal.aborted) {
    const claimed = await take(settings, signal);
    if (!claimed) continue;
    outcomes.push(await work(settings, claimed, signal));
    if (settings.once) break;
  }
  return outcomes;
}

async function take({ source, say }: WorkerSettings, signal: AbortSignal): Promise<Claimed | undefined> {
  try {
    return await source(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    say(`trying again in ${PAUSE_SECONDS} s: ${messageOf(error)}`);
    await sleep(PAUSE_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
    return undefined;
  }
}

async function work(settings: WorkerSettings, claimed: Claimed, signal: AbortSignal): Promise<Outcome> {
  const { jobId, attempt, input } = claimed.claim;
  const { say } = settings;
  say(`job ${jobId}: attempt ${attempt}, ${input.bytes} bytes`);
  try {
    const outcome = await doJob({ ...settings, keep: () => claimed.keep() }, claimed.claim, signal);
    say(`job ${jobId}: ${outcome}`);
    // A task that is not done is delivered again, and refused if its job has ended by then.
    await claimed.done().catch(() => undefined);
    return outcome;
  } catch (error) {
    // The API does not know that the job has ended: once the lease runs out, another worker gets it.
    say(`job ${jobId}: ${messageOf(error)}`);
    return 'lost';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
