import { createHash } from 'node:crypto';
import type { UploadTicket } from '../../../server/uploads/shapes.ts';
import { issueAttemptToken } from '../../../server/identity/attempt-token.ts';
import { issueWorkerToken } from '../../../server/identity/worker-token.ts';
import type { TestCloud } from './server.ts';

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** Somebody with a browser, talking to the API through `app.request()`. */
export interface TestUser {
  readonly id: string;
  readonly token: string;
  call(path: string, init?: Init): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
}

export async function newUser(cloud: TestCloud): Promise<TestUser> {
  const response = await cloud.api.request('/v1/session', { method: 'POST' });
  const { token, user_id } = (await response.json()) as { token: string; user_id: string };
  const call = (path: string, init: Init = {}) =>
    send(cloud, path, { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
  return {
    id: user_id,
    token,
    call,
    post: (path, body) =>
      call(path, {
        method: 'POST',
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      }),
  };
}

async function send(cloud: TestCloud, path: string, init: RequestInit): Promise<Response> {
  return cloud.api.request(path, init);
}

/** A worker's calls, each with a token of its own; about a job with one as a claim hands it out. */
export function newWorker(cloud: TestCloud, worker = 'w1') {
  const call = async (
    path: string,
    init: Init = {},
    job?: { id: string; attempt: number },
  ): Promise<Response> => {
    const { keys } = cloud.services;
    const token = await (job
      ? issueAttemptToken(keys.attempts, { worker, job })
      : issueWorkerToken(keys.worker, worker));
    return send(cloud, path, { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
  };
  const post = (path: string, body: unknown, job?: { id: string; attempt: number }) =>
    call(
      path,
      { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      job,
    );
  return {
    call,
    post,
    claim: (id: string) => post(`/v1/jobs/${id}/claim`, {}),
    /** Uploads the output and completes with it. */
    async finish(job: { id: string; attempt: number }, bytes: Uint8Array<ArrayBuffer>, seconds = 9.2) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const headers = { 'Content-Type': 'video/mp4' };
      const put = await call(
        `/v1/jobs/${job.id}/outputs/dub.mp4`,
        { method: 'PUT', body: bytes, headers },
        job,
      );
      if (put.status !== 201) return put;
      return complete(job, sha256, seconds);
    },
    complete,
  };
  function complete(job: { id: string; attempt: number }, sha256: string, seconds = 9.2) {
    const body = { video: { name: 'dub.mp4', sha256 }, seconds, report: { durationMatch: 0.999 } };
    return post(`/v1/jobs/${job.id}/complete`, body, job);
  }
}

export async function requestUpload(
  user: TestUser,
  size: number,
  job?: Record<string, unknown>,
  filename = 'talk.mp4',
): Promise<UploadTicket> {
  const wish = { filename, size, content_type: 'video/mp4', ...(job ? { job } : {}) };
  const response = await user.post('/v1/uploads/request', wish);
  if (response.status !== 201) throw new Error(`upload request: ${response.status} ${await response.text()}`);
  return (await response.json()) as UploadTicket;
}

export function tusCall(
  cloud: TestCloud,
  ticket: UploadTicket,
  method: string,
  headers: Record<string, string> = {},
  body?: BodyInit,
): Promise<Response> {
  const init: RequestInit & { duplex?: 'half' } = {
    method,
    headers: { 'Tus-Resumable': '1.0.0', ...ticket.headers, ...headers },
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  };
  return send(cloud, ticket.upload_url, init);
}

export function createTus(cloud: TestCloud, ticket: UploadTicket, size: number): Promise<Response> {
  return tusCall(cloud, ticket, 'POST', { 'Upload-Length': String(size) });
}

export function patchTus(
  cloud: TestCloud,
  ticket: UploadTicket,
  offset: number,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  const type = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
  return tusCall(cloud, ticket, 'PATCH', { ...type, ...headers }, body);
}

/** A file that has arrived, and the job that it has started. */
export async function uploadedJob(
  cloud: TestCloud,
  user: TestUser,
  bytes: Uint8Array<ArrayBuffer>,
  target = 'es',
): Promise<string> {
  const ticket = await requestUpload(user, bytes.byteLength, { target });
  await createTus(cloud, ticket, bytes.byteLength);
  const patched = await patchTus(cloud, ticket, 0, bytes);
  if (patched.status !== 204) throw new Error(`upload: ${patched.status} ${await patched.text()}`);
  const { jobs } = (await (await user.call('/v1/jobs')).json()) as {
    jobs: { id: string; uploadId: string }[];
  };
  const job = jobs.find((one) => one.uploadId === ticket.upload_id);
  if (!job) throw new Error('The upload has started no job.');
  return job.id;
}

export function randomBytesOf(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
