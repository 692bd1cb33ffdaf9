import { createSend, pause, type Send } from '@octavia/server/send';
import type { Session } from './session.ts';

/** architecture.md: browser → API 8 s, 3 retries, exponential. */
const LINE = { origin: '', timeoutMs: 8_000, retries: 3, backoffMs: 500 } as const;

/** How the page sends its calls. @param session undefined: without a token */
export function pageSend(session: Session | undefined): Send {
  return createSend({
    ...LINE,
    ...(session && { token: (_, renew, signal) => session.token(renew, signal) }),
  });
}

/** Waits for a while, or until the browser is online again. @param ms milliseconds */
export async function backOnline(ms: number, signal: AbortSignal): Promise<void> {
  const back = new AbortController();
  const online = () => back.abort();
  addEventListener('online', online, { once: true });
  try {
    await pause(ms, AbortSignal.any([signal, back.signal])).catch(() => undefined);
  } finally {
    removeEventListener('online', online);
  }
  signal.throwIfAborted();
}
