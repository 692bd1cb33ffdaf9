import * as tus from 'tus-js-client';
import type { Job } from '../../../server/jobs/shapes.ts';
import type { UploadTicket } from '../../../server/uploads/shapes.ts';
import { until } from '../patience.ts';

/** Somebody who talks to a running server over the network, as the page does. */
export interface CloudUser {
  readonly origin: string;
  /** A session token as of the sign-in: good for a minute or so. */
  readonly token: string;
  call(path: string, init?: RequestInit): Promise<Response>;
  job(id: string): Promise<Job>;
}

export interface Result {
  readonly url: string;
  readonly subtitles_url: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

export async function signIn(origin: string): Promise<CloudUser> {
  const answer = await fetch(`${origin}/v1/session`, { method: 'POST' });
  const Cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { token } = (await answer.json()) as { token: string };
  let latest = token;
  const send = (path: string, init: RequestInit) => {
    const headers = {
      Authorization: `Bearer ${latest}`,
      'Content-Type': 'application/json',
      ...init.headers,
    };
    return fetch(`${origin}${path}`, { ...init, headers });
  };
  const call = async (path: string, init: RequestInit = {}) => {
    let response = await send(path, init);
    if (response.status === 401) {
      // Session tokens live for a minute or so; the cookie buys the next one.
      const again = await fetch(`${origin}/v1/session`, { method: 'POST', headers: { Cookie } });
      latest = ((await again.json()) as { token: string }).token;
      response = await send(path, init);
    }
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return { origin, token, call, job: async (id) => (await (await call(`/v1/jobs/${id}`)).json()) as Job };
}

/** Uploads a file with tus-js-client. @returns the id of the job that it starts */
export async function upload(
  user: CloudUser,
  file: Buffer,
  job: Record<string, unknown>,
  { chunkSize = 64 * 2 ** 20 }: { chunkSize?: number } = {},
): Promise<string> {
  const wish = { filename: 'talk.mp4', size: file.byteLength, content_type: 'video/mp4', job };
  const asked = await user.call('/v1/uploads/request', { method: 'POST', body: JSON.stringify(wish) });
  const ticket = (await asked.json()) as UploadTicket;
  await new Promise<void>((resolve, reject) => {
    const { upload_url: endpoint, headers, metadata } = ticket;
    const options = { endpoint, headers, metadata, chunkSize, onSuccess: () => resolve(), onError: reject };
    new tus.Upload(file, options).start();
  });
  return until('the job', async () => {
    const { jobs } = (await (await user.call('/v1/jobs?limit=200')).json()) as { jobs: Job[] };
    return jobs.find((one) => one.uploadId === ticket.upload_id)?.id;
  });
}

/** Waits for a job's result. @throws when the job ends otherwise */
export async function dubbed(user: CloudUser, id: string): Promise<Result> {
  await until('the dub', async () => {
    const job = await user.job(id);
    if (job.status === 'failed' || job.status === 'cancelled') throw new Error(JSON.stringify(job));
    return job.status === 'done' || undefined;
  });
  return (await (await user.call(`/v1/jobs/${id}/result`)).json()) as Result;
}
