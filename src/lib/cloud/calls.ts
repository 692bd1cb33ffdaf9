import type { Send } from '@octavia/server/client';
import { CloudRefusal, refusalFrom, unreachable } from './refusal.ts';
import type { Session } from './session.ts';

/** architecture.md: browser → API 8 s, 3 retries, exponential. */
const TIMEOUT_MS = 8_000;
const RETRIES = 3;
const BACKOFF_MS = 500;

/** The server, or something on the way to it, is in trouble that may pass. */
export function mayPass({ status }: CloudRefusal): boolean {
  return status === 0 || status >= 500 || status === 408 || status === 429;
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** Waits for a while, or until the browser is online again. */
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

/**
 * One request with the session's token; a token that is no longer taken is renewed once.
 * Errors: CloudRefusal; the signal's reason once it is aborted.
 */
export async function authorised(
  path: string,
  init: RequestInit,
  session: Session | undefined,
  signal: AbortSignal,
): Promise<Response> {
  for (let renew = false; ; renew = true) {
    const token = await session?.token(renew, signal);
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    const response = await fetch(path, { ...init, headers, signal }).catch((cause: unknown) => {
      throw unreachable(cause);
    });
    if (response.ok) return response;
    const refusal = await refusalFrom(response);
    if (response.status !== 401 || session === undefined || renew) throw refusal;
  }
}

/**
 * How the page sends the API's calls: each try has its time, and what may pass is tried again.
 * Errors: CloudRefusal; the signal's reason once it is aborted.
 */
export function createSend(session: Session | undefined): Send<unknown> {
  return async ({ method, path, json }, signal) => {
    const body =
      json === undefined
        ? {}
        : { body: JSON.stringify(json), headers: { 'Content-Type': 'application/json' } };
    for (let retries = 0; ; retries++) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      try {
        return await authorised(path, { method, ...body }, session, limited);
      } catch (thrown) {
        signal.throwIfAborted();
        const refusal = thrown instanceof CloudRefusal ? thrown : unreachable(thrown);
        if (retries === RETRIES || !mayPass(refusal)) throw refusal;
      }
      // Half to all of the time, so that pages that failed together do not come back together.
      await pause(BACKOFF_MS * 2 ** retries * (0.5 + Math.random() / 2), signal);
    }
  };
}
