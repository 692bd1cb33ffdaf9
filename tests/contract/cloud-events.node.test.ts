import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import { scratchRedis, withCloud, type Changes, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';

interface Seen {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of server-sent events until a condition holds or the stream ends, then hangs up. */
async function readEvents(
  response: Response,
  until: (seen: Seen[], comments: number) => boolean = () => false,
) {
  if (!response.body) return { seen: [], comments: 0, ended: response.status === 204 };
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const seen: Seen[] = [];
  let comments = 0;
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { seen, comments, ended: true };
    rest += value;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments++;
      const id = /^id: (.*)$/m.exec(block)?.[1];
      if (id === undefined) continue;
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? '';
      const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as Seen['data'];
      seen.push({ id: Number(id), event, data });
    }
    if (until(seen, comments)) {
      await reader.cancel();
      return { seen, comments, ended: false };
    }
  }
}

const setups: Record<string, () => Promise<{ kind: 'postgres' | 'pglite'; changes: Changes }>> = {
  'postgres with Redis': async () => {
    const { url, prefix } = await scratchRedis();
    return { kind: 'postgres', changes: { redisUrl: url, redisPrefix: prefix } };
  },
  'postgres alone': () => Promise.resolve({ kind: 'postgres', changes: {} }),
  pglite: () => Promise.resolve({ kind: 'pglite', changes: {} }),
};

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

const running = async () => {
  const id = await uploadedJob(cloud, user, randomBytesOf(100));
  const worker = newWorker(cloud);
  const { attempt } = (await (await worker.claim(id)).json()) as Claim;
  const job = { id, attempt };
  const line = (n: number) => worker.post(`/v1/jobs/${id}/heartbeat`, { events: [{ type: 'line', n }] }, job);
  return { id, job, worker, line };
};
const open = (id: string, after?: number) =>
  user.call(`/v1/jobs/${id}/events`, {
    headers: after === undefined ? {} : { 'Last-Event-ID': String(after) },
  });
const lines = (seen: Seen[]) => seen.filter((one) => one.event === 'line').map((one) => one.data['n']);

describe.each(Object.keys(setups))('event streams on %s', (name) => {
  beforeAll(async () => {
    const { kind, changes } = await setups[name]!();
    ({ cloud, done } = await withCloud(kind, {
      ...changes,
      limits: { requestsPerMinute: 100_000, streams: 5 },
      timing: { sseHeartbeat: 30 },
    }));
    user = await newUser(cloud);
  });
  afterAll(() => done());

  describe('what is seen', seeing);
  describe('who may look', looking);
});

function seeing(): void {
  it('an event is seen long before the next look, and the stream ends with the job', async () => {
    const { id, job, worker, line } = await running();
    const response = await open(id);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reading = readEvents(response);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await line(1);
    await line(2);
    await worker.finish(job, randomBytesOf(50));
    const { seen, ended } = await reading;
    expect(ended).toBe(true);
    expect(lines(seen)).toEqual([1, 2]);
    expect(seen.map((one) => one.data['status']).filter(Boolean)).toEqual(['queued', 'running', 'done']);
    const again = await open(id, seen.at(-1)?.id);
    expect(again.status).toBe(204);
  });

  it('reconnecting after any event gives no gap and no duplicate, while events go on (case 30)', async () => {
    const { id, job, worker, line } = await running();
    const all: Seen[] = [];
    const writing = (async () => {
      for (let n = 0; n < 60; n++) await line(n);
      await worker.finish(job, randomBytesOf(50));
    })();
    for (let last = 0, over = false; !over; last = all.at(-1)?.id ?? 0) {
      const { seen, ended } = await readEvents(await open(id, last), (got) => got.length >= 7);
      all.push(...seen);
      over = ended;
    }
    await writing;
    expect(lines(all)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const ids = all.map((one) => one.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });
}

function looking(): void {
  it('a ticket opens one stream of one job, once', async () => {
    const { id } = await running();
    const other = await running();
    const { ticket } = (await (await user.post(`/v1/jobs/${id}/ticket`)).json()) as { ticket: string };
    const use = (job: string) => cloud.api.request(`/v1/jobs/${job}/events?ticket=${ticket}`);
    expect((await use(other.id)).status).toBe(401);
    const first = await use(id);
    expect(first.status).toBe(200);
    await first.body?.cancel();
    expect((await use(id)).status).toBe(401);
    expect((await cloud.api.request(`/v1/jobs/${id}/events`)).status).toBe(401);
    expect((await cloud.api.request(`/v1/jobs/${id}/events?token=${user.token}`)).status).toBe(401);
  });

  it('one user has so many streams and no more; a closed one makes room', async () => {
    const { id } = await running();
    const streams = await Promise.all(Array.from({ length: 5 }, () => open(id)));
    expect(streams.map((response) => response.status)).toEqual([200, 200, 200, 200, 200]);
    expect((await open(id)).status).toBe(429);
    await streams[0]?.body?.cancel();
    const freed = await open(id);
    expect(freed.status).toBe(200);
    for (const response of [...streams.slice(1), freed]) await response.body?.cancel();
    expect(cloud.services.streams.size).toBe(0);
  });
}

it('a silent stream carries a heartbeat', async () => {
  const { cloud, done } = await withCloud('postgres', { timing: { sseHeartbeat: 0.2 } });
  try {
    const user = await newUser(cloud);
    const id = await uploadedJob(cloud, user, randomBytesOf(10));
    const { comments } = await readEvents(
      await user.call(`/v1/jobs/${id}/events`),
      (_seen, count) => count > 0,
    );
    expect(comments).toBeGreaterThan(0);
  } finally {
    await done();
  }
});
