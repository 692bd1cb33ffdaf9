import { spawn } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getTableName, is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../server/db/connect.ts';
import { lockFolder } from '../../server/db/pid-lock.ts';
import * as schema from '../../server/db/schema.ts';
import { scratchDatabase, testFolder } from '../support/cloud/server.ts';

interface Place {
  readonly where: { url: string } | { folder: string };
  readonly remove: () => Promise<void>;
}

const places: Record<string, () => Promise<Place>> = {
  async postgres() {
    const { url, drop } = await scratchDatabase();
    return { where: { url }, remove: drop };
  },
  async pglite() {
    const folder = await testFolder();
    return { where: { folder }, remove: () => rm(folder, { recursive: true, force: true }) };
  },
};

async function columnsOf(database: Database, table: string) {
  const found: unknown = await database.read.execute(sql`
    SELECT column_name, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = ${table}`);
  const { rows } = found as { rows: { column_name: string; is_nullable: string }[] };
  return Object.fromEntries(rows.map((row) => [row.column_name, row.is_nullable === 'NO']));
}

describe.each(Object.keys(places))('the database on %s', (name) => {
  it('the migrations make what the schema says, once, and it is kept', async () => {
    const { where, remove } = await places[name]!();
    try {
      let database = await openDatabase(where);
      const tables = Object.values(schema).filter((value) => is(value, PgTable));
      expect(tables).toHaveLength(11);
      for (const table of tables) {
        const wanted = getTableConfig(table).columns.map((column) => [column.name, column.notNull] as const);
        expect(await columnsOf(database, getTableName(table)), getTableName(table)).toEqual(
          Object.fromEntries(wanted),
        );
      }
      await database.write.insert(schema.webhookEvents).values({ provider: 'bunny', guid: 'g', status: 7 });
      await database.close();
      database = await openDatabase(where);
      expect(await database.read.select().from(schema.webhookEvents)).toHaveLength(1);
      await database.close();
    } finally {
      await remove();
    }
  });
});

it('processes that start together on one Postgres migrate it once', async () => {
  const { url, drop } = await scratchDatabase();
  try {
    const all = await Promise.all([1, 2, 3].map(() => openDatabase({ url })));
    await Promise.all(all.map((database) => database.close()));
  } finally {
    await drop();
  }
});

it('a read that takes longer than 5 s is given up', async () => {
  const { url, drop } = await scratchDatabase();
  const database = await openDatabase({ url });
  try {
    await expect(database.read.execute(sql`SELECT pg_sleep(7)`)).rejects.toThrow();
    await database.write.execute(sql`SELECT pg_sleep(0.1)`);
  } finally {
    await database.close();
    await drop();
  }
});

describe('the lock of an embedded database', () => {
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await testFolder();
    folders.push(folder);
    return folder;
  };
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it('keeps a second one out while the first lives, and lets it in after', async () => {
    const folder = await newFolder();
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'storage.failed' });
    await release();
    await (
      await lockFolder(folder)
    )();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that was killed', async () => {
    const folder = await newFolder();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await writeFile(join(folder, 'owner.pid'), `${child.pid ?? 0} `);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'storage.failed' });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await (
      await lockFolder(folder)
    )();
  });

  it('is taken over when its process number now belongs to another', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'owner.pid'), `${process.pid} 1`);
    await (
      await lockFolder(folder)
    )();
  });

  it('goes to exactly one of many that find a dead one, time after time', async () => {
    const folder = await newFolder();
    for (let time = 0; time < 50; time++) {
      await writeFile(join(folder, 'owner.pid'), '999999999 1');
      // An heir that was killed before it took over is in nobody's way.
      if (time % 2 === 1) await writeFile(join(folder, 'owner.pid.heir'), '999999998 1');
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
      const taken = all.filter((one) => one.status === 'fulfilled');
      expect(taken).toHaveLength(1);
      await taken[0]?.value();
      expect(await readdir(folder)).toEqual([]);
    }
  });
});
