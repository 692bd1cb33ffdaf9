import { OctaviaError, isErrorCode, type ErrorCode } from '@octavia/pipeline/errors';

/**
 * Sends calls to the API, for both the page and the worker: with a token, a time limit, and retries where they may
 * help.
 */

/** A call as it is sent. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Including the query. */
  readonly path: string;
  readonly json?: unknown;
  /** Called again for each attempt, since a stream can be sent only once. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt, and the number of retries; the client's defaults when undefined. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

/** Makes the request and returns a successful response. Errors: Refusal; the signal's reason once it is aborted. */
export type Send<Options = unknown> = (call: Call & Options, signal: AbortSignal) => Promise<Response>;

export interface Line<Options = unknown> {
  /** Origin of the API, without a trailing slash; empty for the page's own origin. */
  readonly origin: string;
  /** Called for each attempt; with `renew`, the last token was refused. Undefined: the call is sent without one. */
  readonly token?: (call: Call & Options, renew: boolean, signal: AbortSignal) => Promise<string | undefined>;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  readonly retries: number;
  /** Milliseconds before the first retry; doubled for each one after it. */
  readonly backoffMs: number;
}

/** The API refused, or could not be reached. */
export class Refusal extends OctaviaError {
  /** HTTP status of the response; 0 when there was none. */
  readonly status: number;

  constructor(code: ErrorCode, status = 0, detail?: string, options?: { cause?: unknown }) {
    super(code, detail, options);
    this.status = status;
  }

  /** The server, or something on the way to it, has a problem that may pass. */
  get mayPass(): boolean {
    const { status } = this;
    return status === 0 || status >= 500 || status === 408 || status === 429;
  }
}

export function unreachable(cause: unknown): Refusal {
  return new Refusal('cloud.unreachable', 0, undefined, { cause });
}

/** Turns an error response into an error; one that is not from the API tells only its status. */
export function refusalFrom(status: number, body: string, cause?: unknown): Refusal {
  const { code, detail } = errorIn(body);
  if (typeof code !== 'string') return new Refusal('cloud.unreachable', status, undefined, { cause });
  if (!isErrorCode(code)) return new Refusal('cloud.refused', status, code, { cause });
  return new Refusal(code, status, typeof detail === 'string' ? detail : undefined, { cause });
}

function errorIn(body: string): { code?: unknown; detail?: unknown } {
  try {
    return (JSON.parse(body) as { error?: { code?: unknown; detail?: unknown } } | null)?.error ?? {};
  } catch {
    return {};
  }
}

export function createSend<Options = unknown>(line: Line<Options>): Send<Options> {
  return async (call, signal) => {
    const { retries = line.retries } = call;
    for (let retry = 0; ; retry++) {
      try {
        return await once(line, call, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        const refusal = thrown instanceof OctaviaError ? thrown : unreachable(thrown);
        const mayPass = refusal instanceof Refusal && refusal.mayPass;
        if (retry === retries || !mayPass) throw refusal;
      }
      // Randomly shortened by up to half, so that callers that failed together do not retry together.
      await pause(line.backoffMs * 2 ** retry * (0.5 + Math.random() / 2), signal);
    }
  };
}

/** One attempt; a token that is no longer accepted is renewed once. */
async function once<Options>(
  line: Line<Options>,
  call: Call & Options,
  signal: AbortSignal,
): Promise<Response> {
  const { timeoutMs = line.timeoutMs } = call;
  const limited = timeoutMs === Infinity ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  for (let renew = false; ; renew = true) {
    const token = await line.token?.(call, renew, limited);
    const response = await fetch(`${line.origin}${call.path}`, { ...request(call, token), signal: limited });
    if (response.ok) return response;
    const refusal = refusalFrom(response.status, await response.text().catch(() => ''));
    if (response.status !== 401 || token === undefined || renew) throw refusal;
  }
}

function request({ method, json, body, headers }: Call, token: string | undefined): RequestInit {
  const sent = json === undefined ? body?.() : JSON.stringify(json);
  return {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    // The body streams out while the response may come in (Fetch, "RequestDuplex").
    ...(sent !== undefined && { body: sent, duplex: 'half' }),
  };
}

/** Waits, or throws the signal's reason as soon as it is aborted. @param ms milliseconds */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => resolve(), ms);
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
