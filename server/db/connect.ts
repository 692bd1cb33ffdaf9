import { execFile } from 'node:child_process';
import { access, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { lockFolder } from './pid-lock.ts';
import * as schema from './schema.ts';

export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

/**
 * The truth about uploads and jobs. `read` gives up after 5 s and `write` after 30 s (architecture.md); on
 * PGlite, which runs in this process, both are the same connection.
 */
export interface Database {
  readonly kind: 'postgres' | 'pglite';
  readonly read: Db;
  readonly write: Db;
  /** Calls back with every payload NOTIFYed on a channel until the returned function is called. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const READ_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 30_000;

/** @param where a `postgres://` address, or the folder of an embedded database for this process alone */
export async function openDatabase(where: { url: string } | { folder: string }): Promise<Database> {
  const database = 'url' in where ? openPostgres(where.url) : await openEmbedded(where.folder);
  try {
    await migrate(database.write);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function openPostgres(url: string): Database {
  const pool = (timeout: number, max: number) => {
    const made = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: READ_TIMEOUT_MS,
      statement_timeout: timeout,
      query_timeout: timeout + 1_000,
      idle_in_transaction_session_timeout: WRITE_TIMEOUT_MS,
    });
    // The pool replaces a connection that breaks. Nobody else watches one that is checked out, between two statements
    // of a transaction: without a listener, its error would end the process.
    made.on('error', () => undefined);
    made.on('connect', (client) => void client.on('error', () => undefined));
    return made;
  };
  const reads = pool(READ_TIMEOUT_MS, 8);
  const writes = pool(WRITE_TIMEOUT_MS, 12);
  return {
    kind: 'postgres',
    read: onPool(reads),
    write: onPool(writes),
    listen: (channel, heard) => listenPostgres(url, channel, heard),
    close: async () => void (await Promise.all([reads.end(), writes.end()])),
  };
}

/** Drizzle (0.45) never releases the connection of a transaction whose BEGIN fails. */
function onPool(pool: pg.Pool): Db {
  const db = drizzlePg(pool, { schema });
  db.transaction = async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzlePg(client, { schema }).transaction(work, config);
    } finally {
      client.release();
    }
  };
  return db;
}

/** A dedicated connection, reopened when it breaks. Anything missed in between is found by polling. */
async function listenPostgres(url: string, channel: string, heard: (payload: string) => void) {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: READ_TIMEOUT_MS });
    const lost = () => {
      if (stopped || client !== next) return;
      client = undefined;
      retry = setTimeout(() => void connect().catch(lost), 1_000);
    };
    client = next;
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', (message) => heard(message.payload ?? ''));
    try {
      await next.connect();
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      lost();
      throw error;
    }
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await client?.end();
  };
}

async function openEmbedded(folder: string): Promise<Database> {
  const release = await lockFolder(folder);
  try {
    const data = `${folder}/pglite`;
    await access(data).catch(() => createEmbedded(data));
    const engine = await PGlite.create(data);
    const db = drizzlePglite(engine, { schema });
    return {
      kind: 'pglite',
      read: db,
      write: db,
      listen: (channel, heard) => engine.listen(channel, heard),
      close: async () => {
        await engine.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** All or nothing: the remains of an interrupted creation are not taken for a database. */
async function createEmbedded(data: string): Promise<void> {
  const made = `${data}.new`;
  await rm(made, { recursive: true, force: true });
  const program = fileURLToPath(new URL('create-embedded.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [program, made]);
  await rename(made, data);
}

/** Whether the database answers, for /readyz. */
export async function ping(database: Database): Promise<void> {
  await database.read.execute(sql`SELECT 1`);
}
