import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openCloud } from '../../server/cloud.ts';
import { openDatabase } from '../../server/db/connect.ts';
import { readConfig } from '../../server/settings/config.ts';
import { scratchDatabase, testFolder } from '../support/cloud/server.ts';

/** A line to Postgres that can be cut: at once, or as soon as something is asked. */
async function lineTo(target: URL) {
  const sockets = new Set<Socket>();
  const line = { up: true, cutWhenAsked: false };
  const cut = () => {
    line.up = false;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    if (!line.up) return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => (near.destroy(), far.destroy(), sockets.delete(socket)));
    }
    near.on('data', () => void (line.cutWhenAsked && cut()));
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  [url.hostname, url.port] = ['127.0.0.1', String((server.address() as AddressInfo).port)];
  const ended = () => expect.poll(() => sockets.size).toBe(0);
  return {
    url: url.href,
    cut,
    ended,
    cutWhenAsked: () => void (line.cutWhenAsked = true),
    restore: () => void Object.assign(line, { up: true, cutWhenAsked: false }),
    close: () => server.close(),
  };
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

async function openOnLine() {
  const scratch = await scratchDatabase();
  const line = await lineTo(new URL(scratch.url));
  const database = await openDatabase({ url: line.url });
  /** That a transaction works again, and that no connection is missing when all are given back. */
  const end = async () => {
    line.restore();
    await database.write.transaction(async (tx) => tx.execute(sql`SELECT 1`));
    await database.close();
    line.close();
    await scratch.drop();
  };
  return { line, write: database.write, end };
}

it('a line that breaks between two statements of a transaction fails the transaction, not the process', async () => {
  const { line, write, end } = await openOnLine();
  const broken = write.transaction(async (tx) => {
    await tx.execute(sql`SELECT 1`);
    line.cut();
    await line.ended();
    await tx.execute(sql`SELECT 2`);
  });
  await expect(broken).rejects.toThrow();
  await end();
});

it('a transaction that cannot even begin gives its connection back', async () => {
  const { line, write, end } = await openOnLine();
  line.cutWhenAsked();
  await expect(write.transaction(async (tx) => tx.execute(sql`SELECT 1`))).rejects.toThrow();
  await end();
});
