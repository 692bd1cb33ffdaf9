import { createClient } from 'redis';

export type RedisClient = ReturnType<typeof createClient>;

/** Milliseconds a command may take (architecture.md). */
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * A connection that reconnects automatically, waiting 50 ms, 100 ms … up to 2 s between attempts. It is usable even
 * while Redis is down: Redis only gives hints, so nothing waits for it.
 */
export async function connectRedis(url: string): Promise<RedisClient> {
  const client: RedisClient = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: COMMAND_TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000),
    },
  });
  client.on('error', () => undefined);
  await within(client.connect()).catch(() => undefined);
  return client;
}

/** Rejects when Redis takes too long. @param more milliseconds that a blocking command itself waits */
export async function within<T>(command: Promise<T>, more = 0): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), COMMAND_TIMEOUT_MS + more);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    clearTimeout(timer);
  }
}
