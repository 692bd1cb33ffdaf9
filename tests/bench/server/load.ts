import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { signIn, upload, type CloudUser } from '../../support/cloud/client.ts';
import type { Measure } from '../measure.ts';
import type { CloudProcess } from './cloud-process.ts';
import { percentile } from './percentile.ts';

const RATE = 500;
const SECONDS = 10;
const USERS = 20;
/** One look at the list for nine at a job, as a page that has lost its event stream does. */
const LIST_EVERY = 10;

/**
 * Reads at a fixed rate, whatever the server does: each one's time counts from when it was due, so a server that
 * stands still is charged for all that should have been answered meanwhile.
 */
export async function measureLoad(cloud: CloudProcess, signal: AbortSignal): Promise<Measure[]> {
  const { origin } = cloud;
  const users: { user: CloudUser; id: string }[] = [];
  for (let n = 0; n < USERS; n++) {
    const user = await signIn(origin);
    users.push({ user, id: await upload(user, Buffer.from('x'), { target: 'es' }) });
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times: number[] = [];
  let failed = 0;
  const ask = async (n: number, due: number) => {
    const { user, id } = users[n % USERS] ?? fail();
    const path = n % LIST_EVERY === 0 ? '/v1/jobs' : `/v1/jobs/${id}`;
    if ((await status(`${origin}${path}`, user.token, agent)) !== 200) failed++;
    times.push(performance.now() - due);
  };
  const before = cloud.processorSeconds();
  const began = performance.now();
  const asked: Promise<void>[] = [];
  while (asked.length < RATE * SECONDS) {
    signal.throwIfAborted();
    const due = Math.min(RATE * SECONDS, ((performance.now() - began) / 1000) * RATE);
    while (asked.length < due) asked.push(ask(asked.length, began + (asked.length / RATE) * 1000));
    await sleep(2);
  }
  await Promise.all(asked);
  const reached = asked.length / ((performance.now() - began) / 1000);
  agent.destroy();
  const work = ((cloud.processorSeconds() - before) * 1000) / asked.length;
  const note = `${asked.length} reads from ${USERS} users, open loop`;
  return [
    { name: 'API answers a second', value: reached, unit: '/s', note },
    { name: 'API time at 500 a second, median', value: percentile(times, 0.5), unit: 'ms' },
    { name: 'API time at 500 a second, p99', value: percentile(times, 0.99), unit: 'ms' },
    { name: 'server processor time for each answer', value: work, unit: 'ms' },
    { name: 'API answers that failed', value: (100 * failed) / asked.length, unit: '%', atMost: 0 },
  ];
}

function status(url: string, token: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    get(url, { agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', () => resolve(0));
  });
}

function fail(): never {
  throw new Error('There are users.');
}
