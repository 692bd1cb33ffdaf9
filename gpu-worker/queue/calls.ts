import { setTimeout as sleep } from 'node:timers/promises';
import { OctaviaError } from '@octavia/pipeline';
import { issueWorkerToken } from '@octavia/server/identity/worker-token';

/** The attempt of a job that this worker holds. */
export interface HeldJob {
  readonly id: string;
  readonly attempt: number;
}

export interface CallSettings {
  /** Origin of the API, without a slash at the end. */
  readonly url: string;
  /** The key that the API knows workers by (server/identity/keys.ts workerKey). */
  readonly key: Uint8Array;
  /** This worker's name, unique among those that run. */
  readonly worker: string;
  /** Milliseconds before the first retry; doubled for each further one. */
  readonly backoffMs?: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly json?: unknown;
  /** Made anew for each try, since a stream can be sent only once. */
  readonly body?: () => BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly job?: HeldJob;
  /** Milliseconds for one try. */
  readonly timeoutMs?: number;
}

/** The API has understood and says no; asking again would not help. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`The API refused: ${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** Whether the job has gone to another worker, was stopped by its owner, or has ended. */
export function isLost(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'job.fenced';
}

type BodyInit = NonNullable<RequestInit['body']>;

/** architecture.md: 10 s for a call, 5 retries. */
const TIMEOUT_MS = 10_000;
const RETRIES = 5;
const BACKOFF_MS = 500;

/**
 * Calls the API, again when it does not answer or is in trouble, each time with a token made for that try.
 * Errors: Refusal; `job.cancelled` once the signal is aborted; the last failure when all tries failed.
 */
export function createCalls(settings: CallSettings) {
  return async (call: Call, signal: AbortSignal): Promise<Response> => {
    let failure: unknown;
    for (let attempt = 0; attempt <= RETRIES; attempt++) {
      if (attempt > 0) await pause((settings.backoffMs ?? BACKOFF_MS) * 2 ** (attempt - 1), signal);
      if (signal.aborted) throw new OctaviaError('job.cancelled');
      try {
        const response = await once(settings, call, signal);
        if (response.ok) return response;
        const refusal = new Refusal(response.status, await codeOf(response));
        if (!isTrouble(response.status)) throw refusal;
        failure = refusal;
      } catch (error) {
        if (error instanceof Refusal && !isTrouble(error.status)) throw error;
        if (signal.aborted) throw new OctaviaError('job.cancelled', undefined, { cause: error });
        failure = error;
      }
    }
    throw failure;
  };
}

export type Calls = ReturnType<typeof createCalls>;

async function once(settings: CallSettings, call: Call, signal: AbortSignal): Promise<Response> {
  const { worker, key } = settings;
  const token = await issueWorkerToken(key, call.job ? { worker, job: call.job } : { worker });
  const json = call.json === undefined ? {} : { 'Content-Type': 'application/json' };
  const body = call.json === undefined ? call.body?.() : JSON.stringify(call.json);
  const init: RequestInit & { duplex: 'half' } = {
    method: call.method,
    headers: { Authorization: `Bearer ${token}`, ...json, ...call.headers },
    signal: AbortSignal.any([signal, AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS)]),
    duplex: 'half',
    ...(body === undefined ? {} : { body }),
  };
  return fetch(`${settings.url}${call.path}`, init);
}

/** The API, or something on the way to it, is in trouble that may pass. */
function isTrouble(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

async function codeOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: { code?: unknown } } | undefined;
  return typeof body?.error?.code === 'string' ? body.error.code : 'unknown';
}

/** Half to all of the time, so that workers that failed together do not come back together. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}
