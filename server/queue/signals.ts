import type { Database } from '../db/connect.ts';
import { sql } from 'drizzle-orm';
import { connectRedis, within, type RedisClient } from './redis-client.ts';

/**
 * Wakes whoever waits for something in the database to change, in this process and in others. A signal carries no data
 * and may be lost: every waiter also polls from time to time.
 */
export interface Signals {
  /** Never fails: a lost wake only costs a little time. */
  wake(topic: string): Promise<void>;
  /** @returns stops listening */
  on(topic: string, woken: () => void): () => void;
  close(): Promise<void>;
}

/** The topic for jobs to claim; a job's own topic is its id. */
export const TASKS_TOPIC = 'tasks';

const CHANNEL = 'octavia_wake';

interface Listeners {
  readonly heard: (topic: string) => void;
  readonly on: (topic: string, woken: () => void) => () => void;
}

function listeners(): Listeners {
  const waiting = new Map<string, Set<() => void>>();
  return {
    heard(topic: string) {
      for (const woken of [...(waiting.get(topic) ?? [])]) woken();
    },
    on(topic: string, woken: () => void) {
      const set = waiting.get(topic) ?? new Set();
      waiting.set(topic, set.add(woken));
      return () => {
        set.delete(woken);
        if (set.size === 0 && waiting.get(topic) === set) waiting.delete(topic);
      };
    },
  };
}

/** LISTEN and NOTIFY: Postgres and PGlite alike. */
export async function databaseSignals(database: Database): Promise<Signals> {
  const { heard, on } = listeners();
  const stop = await database.listen(CHANNEL, heard);
  return {
    on,
    async wake(topic) {
      await database.write.execute(sql`SELECT pg_notify(${CHANNEL}, ${topic})`).catch(() => undefined);
    },
    close: stop,
  };
}

/** Redis Pub/Sub. @param prefix keeps several installations on one Redis apart */
export async function redisSignals(url: string, prefix = 'octavia'): Promise<Signals> {
  const { heard, on } = listeners();
  const channel = `${prefix}:wake`;
  const publisher: RedisClient = await connectRedis(url);
  const subscriber: RedisClient = await connectRedis(url);
  // A subscription survives a lost connection, but cannot be made before there is one.
  let subscribed = false;
  const subscribe = async () => {
    if (subscribed) return;
    subscribed = true;
    await subscriber.subscribe(channel, heard).catch(() => (subscribed = false));
  };
  subscriber.on('ready', () => void subscribe());
  if (subscriber.isReady) await subscribe();
  return {
    on,
    async wake(topic) {
      // Listeners in this process hear it at once, whether or not Redis is there to tell the others.
      heard(topic);
      await within(publisher.publish(channel, topic)).catch(() => undefined);
    },
    close() {
      publisher.destroy();
      subscriber.destroy();
      return Promise.resolve();
    },
  };
}
