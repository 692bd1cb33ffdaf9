import { OctaviaError, type Store } from '@octavia/pipeline';
import { Refusal, type Calls, type HeldJob } from './calls.ts';

/** As the folder store: the names that src/pipeline/ports.ts allows. */
const KEY = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

function checked(key: string): string {
  if (KEY.test(key) && !key.split('/').some((segment) => segment === '.' || segment === '..')) return key;
  throw new OctaviaError('internal', `"${key}" is not a key of the store.`);
}

const checkedPrefix = (prefix: string) => (prefix === '' ? '' : checked(`${prefix}x`).slice(0, -1));

/** Megabytes of sound on a slow line. */
const TIMEOUT_MS = 60_000;

/**
 * The pipeline's store for one attempt of a job, kept by the API: it outlives this worker, and the next attempt
 * finds it. Errors: Refusal `job.fenced` when the job has gone to another worker.
 */
export function createRemoteStore(call: Calls, job: HeldJob, signal: AbortSignal): Store {
  const base = `/v1/jobs/${job.id}/checkpoint`;
  const common = { job, timeoutMs: TIMEOUT_MS };
  return {
    async get(key) {
      const path = `${base}?name=${encodeURIComponent(checked(key))}`;
      try {
        const response = await call({ method: 'GET', path, ...common }, signal);
        return new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      }
    },
    async put(key, value) {
      const path = `${base}?name=${encodeURIComponent(checked(key))}`;
      const copy = new Uint8Array(value);
      await call({ method: 'POST', path, body: () => copy, ...common }, signal);
    },
    async list(prefix) {
      const path = `${base}s?prefix=${encodeURIComponent(checkedPrefix(prefix))}`;
      const response = await call({ method: 'GET', path, ...common }, signal);
      return ((await response.json()) as { names: string[] }).names.sort();
    },
    async delete(prefix) {
      const path = `${base}?prefix=${encodeURIComponent(checkedPrefix(prefix))}`;
      await call({ method: 'DELETE', path, ...common }, signal);
    },
  };
}
