import type { Store } from '@octavia/pipeline';
import { checkStorePrefix, storeKeySegments } from '@octavia/pipeline/store-key';
import { Refusal } from '@octavia/server/send';
import type { Calls, HeldJob } from './calls.ts';

const keyQuery = (key: string) => `name=${encodeURIComponent(storeKeySegments(key).join('/'))}`;

function prefixQuery(prefix: string): string {
  checkStorePrefix(prefix);
  return `prefix=${encodeURIComponent(prefix)}`;
}

/** Megabytes of sound on a slow line. */
const TIMEOUT_MS = 60_000;

/**
 * The pipeline's store for one attempt at a job, kept by the API: it outlives this worker, and the next attempt finds
 * it.
 * Errors: Refusal `job.fenced` when the job has gone to another worker.
 */
export function createRemoteStore(call: Calls, job: HeldJob, signal: AbortSignal): Store {
  const base = `/v1/jobs/${job.id}/checkpoint`;
  const common = { job, timeoutMs: TIMEOUT_MS };
  return {
    async get(key) {
      const path = `${base}?${keyQuery(key)}`;
      try {
        const response = await call({ method: 'GET', path, ...common }, signal);
        return new Uint8Array(await response.arrayBuffer());
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      }
    },
    async put(key, value) {
      const path = `${base}?${keyQuery(key)}`;
      const copy = new Uint8Array(value);
      await call({ method: 'POST', path, body: () => copy, ...common }, signal);
    },
    async list(prefix) {
      const path = `${base}s?${prefixQuery(prefix)}`;
      const response = await call({ method: 'GET', path, ...common }, signal);
      return ((await response.json()) as { names: string[] }).names.sort();
    },
    async delete(prefix) {
      const path = `${base}?${prefixQuery(prefix)}`;
      await call({ method: 'DELETE', path, ...common }, signal);
    },
  };
}
