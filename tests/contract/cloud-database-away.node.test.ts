import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openCloud } from '../../server/cloud.ts';
import { readConfig } from '../../server/settings/config.ts';
import { scratchDatabase, testFolder } from '../support/cloud/server.ts';

/** A line to Postgres that can be cut. */
async function lineTo(target: URL) {
  const sockets = new Set<Socket>();
  const line = { up: true };
  const server = createServer((near) => {
    if (!line.up) return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (near.destroy(), far.destroy()));
    }
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  [url.hostname, url.port] = ['127.0.0.1', String((server.address() as AddressInfo).port)];
  const cut = () => {
    line.up = false;
    for (const socket of sockets) socket.destroy();
  };
  return { url: url.href, cut, restore: () => void (line.up = true), close: () => server.close() };
}

it('a database that is away is a 503 that says when to come back, and then all goes on (L1)', async () => {
  const scratch = await scratchDatabase();
  const line = await lineTo(new URL(scratch.url));
  const folder = await testFolder();
  const cloud = await openCloud(
    readConfig({ OCTAVIA_DATA: folder, DATABASE_URL: line.url }),
    pino({ level: 'silent' }),
  );
  const { token } = (await (await cloud.api.request('/v1/session', { method: 'POST' })).json()) as {
    token: string;
  };
  const ask = () => cloud.api.request('/v1/jobs', { headers: { Authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  line.cut();
  const away = await ask();
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await away.json()).toMatchObject({ error: { code: 'unavailable' } });
  line.restore();
  await expect.poll(async () => (await ask()).status).toBe(200);
  await cloud.close();
  line.close();
  await scratch.drop();
  await rm(folder, { recursive: true, force: true });
});
