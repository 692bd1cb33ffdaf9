import { randomUUID } from 'node:crypto';
import type { Task, TaskQueue } from './queue.ts';
import { connectRedis, within, type RedisClient } from './redis-client.ts';

const GROUP = 'gpu-workers';

/** A task whose worker has been silent for this long goes to another: the length of a lease. */
const ABANDONED_MS = 60_000;

export interface RedisQueueSettings {
  readonly url: string;
  readonly prefix?: string;
  readonly consumer?: string;
  readonly abandonedMs?: number;
}

/** A Redis Stream read by the consumer group `gpu-workers`. */
export async function redisQueue(settings: RedisQueueSettings): Promise<TaskQueue> {
  const { url, prefix = 'octavia', consumer = randomUUID(), abandonedMs = ABANDONED_MS } = settings;
  const stream = `${prefix}:tasks`;
  const commands = await connectRedis(url);
  // XREADGROUP blocks its connection, so it gets a separate one.
  const reader = await connectRedis(url);

  const take = (entry: { id: string; message: Record<string, unknown> }): Task => ({
    jobId: String(entry.message['job']),
    // XCLAIM of one's own entry with JUSTID resets its idle time and does not count as a delivery.
    keep: async () => void (await within(commands.xClaimJustId(stream, GROUP, consumer, 0, entry.id))),
    // Never MAXLEN: trimming loses entries that are still pending.
    done: async () => {
      await within(commands.multi().xAck(stream, GROUP, entry.id).xDel(stream, entry.id).exec());
    },
  });

  const read = async (blockMs: number): Promise<Task | undefined> => {
    const abandoned = await within(
      reader.xAutoClaim(stream, GROUP, consumer, abandonedMs, '0-0', { COUNT: 1 }),
    );
    const old = abandoned.messages.find((entry) => entry !== null);
    if (old) return take(old);
    const fresh = (await within(
      reader.xReadGroup(GROUP, consumer, { key: stream, id: '>' }, { COUNT: 1, BLOCK: Math.max(1, blockMs) }),
      blockMs,
    )) as { messages: { id: string; message: Record<string, string> }[] }[] | null;
    const entry = fresh?.[0]?.messages[0];
    return entry && take(entry);
  };

  return {
    kind: 'redis',
    publish: async (jobId) => void (await within(commands.xAdd(stream, '*', { job: jobId }))),
    async next(waitMs, signal) {
      const until = Date.now() + waitMs;
      for (let left = waitMs; left > 0 && !signal.aborted; left = until - Date.now()) {
        // At most 3 s per read (architecture.md), so that an abort is noticed soon.
        const task = await withGroup(commands, stream, () => read(Math.min(left, 3_000)));
        if (task) return task;
      }
      return undefined;
    },
    close() {
      commands.destroy();
      reader.destroy();
      return Promise.resolve();
    },
  };
}

/** Creates the stream and group when they are missing: the first time, and after Redis has lost its data. */
async function withGroup<T>(commands: RedisClient, stream: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOGROUP')) throw error;
  }
  await within(commands.xGroupCreate(stream, GROUP, '0', { MKSTREAM: true })).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
  });
  return action();
}
