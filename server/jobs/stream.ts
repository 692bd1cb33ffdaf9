import { eq } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { jobs } from '../db/schema.ts';
import type { Services } from '../services/services.ts';
import { EVENTS_AT_ONCE, eventsAfter, type JobEvent } from './events.ts';

const ENDS = new Set(['done', 'failed', 'cancelled']);

/** Seconds after which a stream ends, so that its reader has to show a fresh token. */
const LONGEST_STREAM = 900;

function write(event: JobEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

/** A promise that resolves when `ring` is called, and can be reset. */
function createAlarm() {
  let ring: () => void = () => undefined;
  let rung = new Promise<void>((resolve) => (ring = resolve));
  return {
    ring: () => ring(),
    async wait(ms: number): Promise<'rung' | 'late'> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), ms)));
      const first = await Promise.race([rung.then(() => 'rung' as const), late]);
      clearTimeout(timer);
      return first;
    },
    reset() {
      rung = new Promise<void>((resolve) => (ring = resolve));
    },
  };
}

/** A job removed by its owner has no last event. */
async function exists(db: Db, jobId: string): Promise<boolean> {
  return (await db.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, jobId))).length > 0;
}

/**
 * A job's events as a server-sent event stream (HTML, 9.2), from after a sequence number to the job's end. It listens
 * first and then reads, and the database orders and numbers what it reads, so there are no gaps and no duplicates. A
 * wake only makes it look sooner.
 */
export function eventStream(
  services: Services,
  jobId: string,
  after: number,
  ended: () => void,
): ReadableStream<Uint8Array> {
  const { database, signals, config, metrics } = services;
  const text = new TextEncoder();
  const alarm = createAlarm();
  let stop: () => void = () => undefined;
  let open = true;
  let seq = after;

  const close = () => {
    if (!open) return;
    open = false;
    stop();
    metrics.streams.dec();
    ended();
    alarm.ring();
  };

  const run = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const until = Date.now() + LONGEST_STREAM * 1000;
    controller.enqueue(text.encode('retry: 1000\n\n'));
    while (open && Date.now() < until) {
      alarm.reset();
      const events = await eventsAfter(database.read, jobId, seq);
      for (const event of events) {
        seq = event.seq;
        controller.enqueue(text.encode(write(event)));
        if (event.type === 'state' && ENDS.has(String(event.data['status']))) return;
      }
      // The alarm was set before reading and rings for anything later, so there is no need to look again at once.
      if (events.length === EVENTS_AT_ONCE) continue;
      if (events.length === 0 && !(await exists(database.read, jobId))) return;
      if ((await alarm.wait(config.timing.sseHeartbeat * 1000)) === 'late') {
        controller.enqueue(text.encode(': still here\n\n'));
      }
    }
  };

  return new ReadableStream<Uint8Array>({
    start(controller) {
      stop = signals.on(jobId, alarm.ring);
      metrics.streams.inc();
      // A slow reader or a failing database ends the stream; the client reconnects with the last number it saw.
      void run(controller)
        .catch((error: unknown) => services.log.warn({ err: error, jobId }, 'event stream ended early'))
        .finally(() => {
          const ours = open;
          close();
          if (ours) controller.close();
        });
    },
    cancel: close,
  });
}
