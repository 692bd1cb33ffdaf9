import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createClient } from '@octavia/server/client';
import type { Claim, Complete, Fail, Heartbeat, Release } from '@octavia/server/jobs/worker-shapes';
import type { Calls, HeldJob } from './calls.ts';

/** A worker's calls to the API; every call is retried and carries its own token. */
export interface WorkerApi {
  /** Takes one job. Errors: Refusal `job.not_claimable`. */
  claim(jobId: string, signal: AbortSignal): Promise<Claim>;
  /** Waits for a job and takes it; undefined when none came. @param waitSeconds at most 30 */
  claimNext(waitSeconds: number, signal: AbortSignal): Promise<Claim | undefined>;
  heartbeat(job: HeldJob, told: Heartbeat, signal: AbortSignal): Promise<void>;
  release(job: HeldJob, why: Release, signal: AbortSignal): Promise<void>;
  fail(job: HeldJob, fault: Fail, signal: AbortSignal): Promise<void>;
  /** @returns hex SHA-256 of the bytes sent */
  upload(job: HeldJob, file: OutputFile, signal: AbortSignal): Promise<string>;
  complete(job: HeldJob, done: Complete, signal: AbortSignal): Promise<void>;
}

interface OutputFile {
  readonly path: string;
  /** Segments of [A-Za-z0-9._-]. */
  readonly name: string;
  readonly contentType: string;
}

/** An upload slower than this, in bytes per second, is started over. */
const SLOWEST_UPLOAD = 128 * 1024;

export function createWorkerApi(call: Calls): WorkerApi {
  const ask = createClient<{ job?: HeldJob; timeoutMs?: number }>(call);
  return {
    claim: (id, signal) => ask('POST /v1/jobs/{id}/claim', { params: { id } }, signal),
    claimNext: (waitSeconds, signal) => {
      const json = { wait_seconds: waitSeconds };
      return ask('POST /v1/jobs/claim', { json, timeoutMs: (waitSeconds + 10) * 1000 }, signal);
    },
    heartbeat: async (job, json, signal) =>
      void (await ask('POST /v1/jobs/{id}/heartbeat', { params: job, job, json }, signal)),
    release: async (job, json, signal) =>
      void (await ask('POST /v1/jobs/{id}/release', { params: job, job, json }, signal)),
    fail: async (job, json, signal) =>
      void (await ask('POST /v1/jobs/{id}/fail', { params: job, job, json }, signal)),
    complete: async (job, json, signal) =>
      void (await ask('POST /v1/jobs/{id}/complete', { params: job, job, json }, signal)),
    async upload(job, file, signal) {
      const { size } = await stat(file.path);
      const sha256 = await hashOf(file.path, signal);
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

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
