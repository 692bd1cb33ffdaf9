import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { Db } from './connect.ts';

const folder = new URL('./migrations/', import.meta.url);

/** Our own number for pg_advisory_xact_lock, so that processes that start together migrate one after another. */
const MIGRATION_LOCK = 0x0c7a;

/** Brings the tables up to date: runs each file of db/migrations once, in the order of their names, all or nothing. */
export async function migrate(db: Db): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(
      sql`CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
    );
    const done = (await tx.execute(sql`SELECT name FROM migrations`)) as { rows: { name: string }[] };
    const known = new Set(done.rows.map((row) => row.name));
    for (const name of files.filter((file) => !known.has(file))) {
      for (const statement of statements(await readFile(new URL(name, folder), 'utf8'))) {
        await tx.execute(sql.raw(statement));
      }
      await tx.execute(sql`INSERT INTO migrations (name) VALUES (${name})`);
    }
  });
}

/** PGlite prepares one statement at a time. Our migrations have no semicolon inside a statement. */
function statements(text: string): string[] {
  return text
    .replace(/--[^\n]*/g, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);
}
