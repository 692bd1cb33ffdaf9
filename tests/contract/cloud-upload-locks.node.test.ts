import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCloud, type Cloud } from '../../server/cloud.ts';
import { uploadLocks, uploads } from '../../server/db/schema.ts';
import type { UploadTicket } from '../../server/uploads/shapes.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  patchTus,
  randomBytesOf,
  requestUpload,
  tusCall,
  type TestUser,
} from '../support/cloud/user.ts';

let cloud: TestCloud;
/** A second server on the same folder and database. */
let second: TestCloud;
let done: () => Promise<void>;
let user: TestUser;
const bytes = randomBytesOf(200_000);

beforeAll(async () => {
  ({ cloud, done } = await withCloud('postgres', {
    limits: { pendingUploads: 1000, requestsPerMinute: 100_000 },
  }));
  const opened: Cloud = await openCloud(cloud.config, pino({ level: 'silent' }));
  second = { ...opened, config: cloud.config, restart: () => Promise.resolve() };
  user = await newUser(cloud);
});
afterAll(async () => {
  await second.close();
  await done();
});

const started = async () => {
  const ticket = await requestUpload(user, bytes.byteLength);
  expect((await createTus(cloud, ticket, bytes.byteLength)).status).toBe(201);
  return ticket;
};
const places = ({ upload_id, object_key }: UploadTicket) => ({
  intake: join(cloud.config.folder, 'intake', upload_id),
  stored: join(cloud.config.folder, 'files', object_key),
});
const hashOf = (what: Uint8Array) => createHash('sha256').update(what).digest('hex');

/** A PATCH whose body comes when the test says so. */
function slowPatch(ticket: UploadTicket, offset: number) {
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
  const answer = patchTus(cloud, ticket, offset, stream).catch(() => undefined);
  return { answer, send: (piece: Uint8Array) => body?.enqueue(piece), end: () => body?.close() };
}

describe("who may touch an upload's bytes", () => {
  it('given up while the last byte arrives: it is gone, or it is refused and whole (F6)', async () => {
    const answers = new Set<number>();
    for (let round = 0; round < 30; round++) {
      const ticket = await started();
      await patchTus(cloud, ticket, 0, bytes.subarray(0, -1));
      const last = patchTus(cloud, ticket, bytes.byteLength - 1, bytes.subarray(-1));
      await sleep(round / 3);
      const given = await user.call(`/v1/uploads/${ticket.upload_id}`, { method: 'DELETE' });
      await last;
      const { intake, stored } = places(ticket);
      answers.add(given.status);
      expect([existsSync(intake), existsSync(stored)]).toEqual([false, given.status === 403]);
      const { read } = cloud.services.database;
      const [row] = await read.select().from(uploads).where(eq(uploads.id, ticket.upload_id));
      expect(row?.state).toBe(given.status === 403 ? 'arrived' : 'expired');
    }
    expect([...answers].every((status) => [204, 403].includes(status))).toBe(true);
  });

  it('another server takes over from a request that hangs, and that one writes no more (F8)', async () => {
    const ticket = await started();
    const hung = slowPatch(ticket, 0);
    hung.send(bytes.subarray(0, 70_000));
    const { intake, stored } = places(ticket);
    await expect.poll(async () => (await stat(intake)).size).toBe(70_000);
    const rest = await patchTus(second, ticket, 70_000, bytes.subarray(70_000));
    expect(rest.status).toBe(204);
    hung.send(new Uint8Array(50_000));
    hung.end();
    await hung.answer;
    expect(hashOf(await readFile(stored))).toBe(hashOf(bytes));
  });

  it('a server that has lost its lock while it was frozen writes no more (F8)', async () => {
    const ticket = await started();
    const frozen = slowPatch(ticket, 0);
    frozen.send(bytes.subarray(0, 70_000));
    const { intake } = places(ticket);
    await expect.poll(async () => (await stat(intake)).size).toBe(70_000);
    const { write } = cloud.services.database;
    const lock = eq(uploadLocks.uploadId, ticket.upload_id);
    await write.update(uploadLocks).set({ owner: crypto.randomUUID() }).where(lock);
    expect((await frozen.answer)?.headers.get('upload-offset')).toBe('70000');
    frozen.send(new Uint8Array(50_000));
    frozen.end();
    expect(cloud.services.locks.has(ticket.upload_id)).toBe(false);
    expect((await stat(intake)).size).toBe(70_000);
  });
});

describe('two servers, or one after a crash', () => {
  it('two servers that see one upload finished store it once (F8)', async () => {
    const ticket = await started();
    const { intake, stored } = places(ticket);
    await writeFile(intake, bytes);
    await Promise.all([cloud.sweepNow(), second.sweepNow(), cloud.sweepNow()]);
    expect(hashOf(await readFile(stored))).toBe(hashOf(bytes));
    expect((await tusCall(second, ticket, 'HEAD')).headers.get('upload-offset')).toBe('200000');
  });

  it('what a crash left of a file that was being stored is swept (F7)', async () => {
    const parts = join(cloud.config.folder, 'files', '.parts');
    await mkdir(parts, { recursive: true });
    const [old, fresh] = [join(parts, 'old'), join(parts, 'fresh')];
    for (const path of [old, fresh]) await writeFile(path, 'half of a dub');
    await utimes(old, new Date(), new Date(Date.now() - 6 * 60_000));
    await cloud.sweepNow();
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});
