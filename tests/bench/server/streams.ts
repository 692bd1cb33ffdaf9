import { get, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkerApi } from '../../../gpu-worker/queue/api.ts';
import { createCalls } from '../../../gpu-worker/queue/calls.ts';
import { signIn, upload } from '../../support/cloud/client.ts';
import { until } from '../../support/patience.ts';
import type { Measure } from '../measure.ts';
import type { CloudProcess } from './cloud-process.ts';
import { percentile } from './percentile.ts';

const USERS = 50;
const STREAMS_EACH = 20;
const ROUNDS = 10;

/** A thousand event streams on one process, while 50 jobs tell something once a second each. */
export async function measureStreams(cloud: CloudProcess, signal: AbortSignal): Promise<Measure[]> {
  const { origin, workerKey: key } = cloud;
  const jobs = [];
  for (let n = 0; n < USERS; n++) {
    const user = await signIn(origin);
    jobs.push({ user, id: await upload(user, Buffer.from('x'), { target: 'es' }) });
  }
  const api = createWorkerApi(createCalls({ url: origin, key, worker: 'bench' }));
  const held = await Promise.all(jobs.map(async ({ id }) => ({ ...(await api.claim(id, signal)), id })));
  const before = cloud.memory();
  const delays: number[] = [];
  let open = 0;
  const clients: ClientRequest[] = jobs.flatMap(({ user, id }) =>
    Array.from({ length: STREAMS_EACH }, () =>
      follow(
        `${origin}/v1/jobs/${id}/events`,
        user.token,
        () => open++,
        (delay) => delays.push(delay),
      ),
    ),
  );
  try {
    await until('streams', () => open === clients.length || undefined);
    await sleep(1_000);
    const after = cloud.memory();
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(
        held.map(async (job, n) => {
          await sleep((n * 1_000) / USERS);
          await api.heartbeat(job, { events: [{ type: 'line', sentAt: Date.now() }] }, signal);
        }),
      );
    }
    const expected = ROUNDS * clients.length;
    await until('every event', () => delays.length >= expected || undefined);
    const note = `${clients.length} streams, ${expected} deliveries in ${ROUNDS} s`;
    return [
      { name: 'event delay, median', value: percentile(delays, 0.5), unit: 'ms', note },
      { name: 'event delay, p99', value: percentile(delays, 0.99), unit: 'ms', atMost: 1_000 },
      {
        name: 'deliveries of each event to each stream',
        value: delays.length / expected,
        unit: '×',
        atMost: 1,
      },
      { name: 'server memory, streams closed', value: before, unit: 'MB' },
      {
        name: 'server memory for each open stream',
        value: ((after - before) * 1_000) / clients.length,
        unit: 'kB',
      },
      { name: 'server memory, most', value: cloud.memory('VmHWM'), unit: 'MB' },
    ];
  } finally {
    for (const client of clients) client.destroy();
  }
}

/** Counts how long after its sending each event arrives. */
function follow(
  url: string,
  token: string,
  opened: () => void,
  seen: (delay: number) => void,
): ClientRequest {
  const headers = { Authorization: `Bearer ${token}` };
  const call = get(url, { headers, agent: false }, (response) => {
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode ?? 0}`);
    opened();
    let rest = '';
    response.setEncoding('utf8').on('data', (text: string) => {
      const now = Date.now();
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const sentAt = /"sentAt":(\d+)/.exec(block)?.[1];
        if (sentAt !== undefined) seen(now - Number(sentAt));
      }
    });
    response.on('error', () => undefined);
  });
  return call.on('error', () => undefined);
}
