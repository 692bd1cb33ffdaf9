import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Claim, Complete, Fail, Heartbeat } from '@octavia/server/jobs/shapes';
import type { Calls, HeldJob } from './calls.ts';

/** What a worker says to the API; every call is retried and carries a token of its own. */
export interface WorkerApi {
  /** Takes one job. Errors: Refusal `job.not_claimable`. */
  claim(jobId: string, signal: AbortSignal): Promise<Claim>;
  /** Waits for a job and takes it; undefined when none came. @param waitSeconds at most 30 */
  claimNext(waitSeconds: number, signal: AbortSignal): Promise<Claim | undefined>;
  heartbeat(job: HeldJob, told: Heartbeat, signal: AbortSignal): Promise<void>;
  release(job: HeldJob, signal: AbortSignal): Promise<void>;
  fail(job: HeldJob, fault: Fail, signal: AbortSignal): Promise<void>;
  /** @returns hex SHA-256 of what was sent */
  upload(job: HeldJob, file: OutputFile, signal: AbortSignal): Promise<string>;
  complete(job: HeldJob, done: Complete, signal: AbortSignal): Promise<void>;
}

interface OutputFile {
  readonly path: string;
  /** Segments of [A-Za-z0-9._-]. */
  readonly name: string;
  readonly contentType: string;
}

/** An upload that is slower than this, in bytes per second, is begun anew. */
const SLOWEST_UPLOAD = 128 * 1024;

export function createWorkerApi(call: Calls): WorkerApi {
  const post = (job: HeldJob, verb: string, json: unknown, signal: AbortSignal) =>
    call({ method: 'POST', path: `/v1/jobs/${job.id}/${verb}`, json, job }, signal);
  return {
    async claim(jobId, signal) {
      const response = await call({ method: 'POST', path: `/v1/jobs/${jobId}/claim`, json: {} }, signal);
      return (await response.json()) as Claim;
    },
    async claimNext(waitSeconds, signal) {
      const json = { wait_seconds: waitSeconds };
      const timeoutMs = (waitSeconds + 10) * 1000;
      const response = await call({ method: 'POST', path: '/v1/jobs/claim', json, timeoutMs }, signal);
      return response.status === 204 ? undefined : ((await response.json()) as Claim);
    },
    heartbeat: async (job, told, signal) => void (await post(job, 'heartbeat', told, signal)),
    release: async (job, signal) => void (await post(job, 'release', {}, signal)),
    fail: async (job, fault, signal) => void (await post(job, 'fail', fault, signal)),
    complete: async (job, done, signal) => void (await post(job, 'complete', done, signal)),
    async upload(job, file, signal) {
      const { size } = await stat(file.path);
      const sha256 = await hashOf(file.path);
      await call(
        {
          method: 'PUT',
          path: `/v1/jobs/${job.id}/outputs/${file.name}?sha256=${sha256}`,
          body: () => Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array<ArrayBuffer>>,
          headers: { 'Content-Type': file.contentType, 'Content-Length': String(size) },
          timeoutMs: 60_000 + Math.ceil((size / SLOWEST_UPLOAD) * 1000),
          job,
        },
        signal,
      );
      return sha256;
    },
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
