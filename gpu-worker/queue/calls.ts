import { issueWorkerToken } from '@octavia/server/identity/worker-token';
import { createSend, Refusal, type Send } from '@octavia/server/send';

/** The attempt at a job that this worker holds. */
export interface HeldJob {
  readonly id: string;
  readonly attempt: number;
  /** From the claim; sent with every call about the job. */
  readonly token: string;
}

export interface CallSettings {
  /** Origin of the API, without a trailing slash. */
  readonly url: string;
  /** The key by which the API knows workers (server/identity/keys.ts workerKey). */
  readonly key: Uint8Array;
  /** This worker's name, unique among running workers. */
  readonly worker: string;
  /** Milliseconds before the first retry; doubled for each one after it. */
  readonly backoffMs?: number;
}

/** Whether the job has gone to another worker, was stopped by its owner, or has ended. */
export function isLost(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'job.fenced';
}

/** architecture.md: 10 s for a call, 5 retries. */
const TIMEOUT_MS = 10_000;
const RETRIES = 5;
const BACKOFF_MS = 500;

export type Calls = Send<{ readonly job?: HeldJob }>;

/** A worker's calls: with the claim's token for calls about a job, otherwise with a new token for each attempt. */
export function createCalls({ url, key, worker, backoffMs = BACKOFF_MS }: CallSettings): Calls {
  return createSend({
    origin: url,
    token: ({ job }) => (job ? Promise.resolve(job.token) : issueWorkerToken(key, worker)),
    timeoutMs: TIMEOUT_MS,
    retries: RETRIES,
    backoffMs,
  });
}
