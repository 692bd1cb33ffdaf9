import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryLocker, type Lock, type Locker, type RequestRelease } from '@tus/server';
import { and, eq, lt, sql } from 'drizzle-orm';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Database, Db } from './connect.ts';
import { uploadLocks } from './schema.ts';

/** Seconds until the lock of a dead or frozen process is free again. */
const LEASE = 10;
/** Milliseconds between renewals, and between attempts to get a lock that is taken. */
const RENEW_MS = 2_000;
const LOOK_MS = 200;
/** Milliseconds after which we stop waiting; the client asks again. */
const PATIENCE_MS = 30_000;

/** Lets one caller at a time touch an upload's bytes, across this process and others that share its folder. */
export interface UploadLocks extends Locker {
  /** Runs a task while nobody else touches the upload. Errors: `unavailable` when the lock stays taken. */
  hold<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Whether this process still holds the upload's lock; another may have taken it while this one was frozen. */
  has(id: string): boolean;
}

/** Locks in memory, and with Postgres in the database as well. An embedded database has only one process. */
export function createUploadLocks({ kind, write }: Database): UploadLocks {
  const local = new MemoryLocker({ acquireLockTimeout: PATIENCE_MS });
  /** For each upload this process holds: until when, by a monotonic clock. */
  const until = new Map<string, number>();

  const newLock = (id: string): Lock => {
    const near = local.newLock(id);
    const far = kind === 'postgres' ? databaseLock(write, id, until) : undefined;
    return {
      async lock(signal, release) {
        await near.lock(signal, release);
        try {
          await far?.lock(signal, release);
        } catch (error) {
          await near.unlock();
          throw error;
        }
      },
      async unlock() {
        await far?.unlock();
        await near.unlock();
      },
    };
  };

  return {
    newLock,
    has: (id) => kind !== 'postgres' || performance.now() < (until.get(id) ?? 0),
    async hold(id, work) {
      const lock = newLock(id);
      await lock
        .lock(AbortSignal.timeout(PATIENCE_MS), () => undefined)
        .catch((cause: unknown) => {
          throw new OctaviaError('unavailable', undefined, { cause });
        });
      try {
        return await work();
      } finally {
        await lock.unlock();
      }
    },
  };
}

/** A row with a lease: unlike Postgres' advisory locks, it does not occupy a connection while it is held. */
function databaseLock(db: Db, id: string, until: Map<string, number>): Lock {
  const owner = randomUUID();
  const mine = and(eq(uploadLocks.uploadId, id), eq(uploadLocks.owner, owner));
  const leased = sql`now() + make_interval(secs => ${LEASE})`;
  let timer: NodeJS.Timeout | undefined;

  const take = async (): Promise<boolean> => {
    const asked = performance.now();
    const set = { owner, until: leased, wanted: false };
    const rows = await db
      .insert(uploadLocks)
      .values({ uploadId: id, ...set })
      .onConflictDoUpdate({ target: uploadLocks.uploadId, set, setWhere: lt(uploadLocks.until, sql`now()`) })
      .returning();
    if (rows.length > 0) until.set(id, asked + LEASE * 1000);
    return rows.length > 0;
  };

  const renew = async (release: RequestRelease): Promise<void> => {
    const asked = performance.now();
    const [row] = await db.update(uploadLocks).set({ until: leased }).where(mine).returning();
    if (row) until.set(id, asked + LEASE * 1000);
    if (!row || row.wanted) await release();
  };

  return {
    async lock(signal, release) {
      const late = Date.now() + PATIENCE_MS;
      while (!(await take())) {
        if (signal.aborted || Date.now() > late) throw new OctaviaError('unavailable');
        await db.update(uploadLocks).set({ wanted: true }).where(eq(uploadLocks.uploadId, id));
        await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      }
      // A brief database outage does no harm while the lease lasts.
      timer = setInterval(() => void renew(release).catch(() => undefined), RENEW_MS);
    },
    async unlock() {
      clearInterval(timer);
      until.delete(id);
      // Should this fail, the lease runs out.
      await db
        .delete(uploadLocks)
        .where(mine)
        .catch(() => undefined);
    },
  };
}
