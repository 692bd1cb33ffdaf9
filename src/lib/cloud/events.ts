import { browserClock } from './clock.ts';
import { Refusal } from '@octavia/server/send';

/** One event of a job (server/jobs/stream.ts). */
export interface JobEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Parsed extends JobEvent {
  readonly id: string;
}

/**
 * The server sends something every 15 s (server/settings/config.ts sseHeartbeat); a connection that is silent for
 * longer is dead.
 */
const SILENT_MS = 40_000;
const BACKOFF_MS = 1_000;
const BACKOFF_MOST_MS = 15_000;

/**
 * Follows a job's events until the job has ended. When the connection breaks or falls silent, it reconnects with the
 * last number it has seen. No event is reported twice.
 * @param open requests the stream from after an event's number
 * @param onLine told at every attempt whether the connection is lost
 * @throws Refusal when the server says no; the signal's reason once it is aborted
 */
export async function followEvents(
  open: (lastId: string, signal: AbortSignal) => Promise<Response>,
  onEvent: (event: JobEvent) => void,
  onLine: (cut: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastId = '';
  for (let failures = 0; ; failures++) {
    const line = new AbortController();
    const silence = watchdog(() => line.abort(new Error('The connection is silent.')));
    try {
      const response = await open(lastId, AbortSignal.any([signal, line.signal]));
      onLine(false);
      // HTML, 9.2.3: 204 tells a client to stop reconnecting.
      if (response.status === 204) return;
      for await (const event of parseEvents(alive(response, silence.reset))) {
        lastId = event.id;
        failures = 0;
        onEvent(event);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof Refusal && !thrown.mayPass) throw thrown;
      onLine(true);
    } finally {
      silence.stop();
      line.abort();
    }
    await browserClock.backOnline(Math.min(BACKOFF_MS * 2 ** failures, BACKOFF_MOST_MS), signal);
  }
}

function watchdog(late: () => void): { reset: () => void; stop: () => void } {
  let timer = setTimeout(late, SILENT_MS);
  return {
    reset() {
      clearTimeout(timer);
      timer = setTimeout(late, SILENT_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

async function* alive(response: Response, seen: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    seen();
    yield decoder.decode(part.value, { stream: true });
  }
}

/** Reads `id`, `event` and `data` (HTML, 9.2.6), as the server writes them: one data line, ended by LF. */
async function* parseEvents(parts: AsyncIterable<string>): AsyncGenerator<Parsed> {
  let text = '';
  for await (const part of parts) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0] ?? '', line] as const));
      const value = (name: string) => fields.get(name)?.slice(name.length + 2);
      const data = value('data');
      if (data === undefined) continue;
      yield {
        id: value('id') ?? '',
        type: value('event') ?? 'message',
        data: JSON.parse(data) as Record<string, unknown>,
      };
    }
  }
}
