import { Hono } from 'hono';
import { createWorkerApi } from '../../../gpu-worker/queue/api.ts';
import { createCalls } from '../../../gpu-worker/queue/calls.ts';
import type { Job } from '../../../server/jobs/shapes.ts';
import { withCloud, type Changes } from './server.ts';
import type { TestUser } from './user.ts';
import { listen } from '../../fakes/listen.ts';

type Answer = Response | undefined;

/** A server on a socket, with a gate in front that tests may close. */
export async function serveCloud(timing: Changes['timing'] = {}) {
  const app = new Hono();
  const gate: { answer?: (request: Request) => Answer | Promise<Answer> } = {};
  app.use('*', async (c, next) => (await gate.answer?.(c.req.raw)) ?? next());
  const server = await listen(app);
  const { cloud, done } = await withCloud('postgres', {
    publicUrl: server.origin,
    limits: { pendingUploads: 1000, requestsPerMinute: 100_000 },
    timing: { sweepEvery: 0.3, relayEvery: 0.2, ...timing },
  });
  app.route('/', cloud.api);
  const close = async () => {
    await server.close();
    await done();
  };
  return { cloud, gate, origin: server.origin, close };
}

export type Served = Awaited<ReturnType<typeof serveCloud>>;

export function workerOf({ cloud, origin }: Served, worker = 'w1') {
  const calls = createCalls({ url: origin, key: cloud.services.keys.worker, worker, backoffMs: 5 });
  return { calls, api: createWorkerApi(calls) };
}

export async function jobOf(user: TestUser, id: string): Promise<Job> {
  return (await (await user.call(`/v1/jobs/${id}`)).json()) as Job;
}
