import { OctaviaError, isErrorCode, type ErrorCode } from '@octavia/pipeline/errors';

/** How calls go to the API, from page and worker alike: with a token, within a time, and again when it may help. */

/** A call as it goes over the line. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly json?: unknown;
  /** Made anew for each try, since a stream can be sent only once. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one try, and how many tries may follow the first; as for every call when undefined. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

/** Makes the request and gives a good answer. Errors: Refusal; the signal's reason once it is aborted. */
export type Send<Options = unknown> = (call: Call & Options, signal: AbortSignal) => Promise<Response>;

export interface Line<Options = unknown> {
  /** Of the API, without a slash at the end; empty for the one that the page came from. */
  readonly origin: string;
  /** Asked for each try; with `renew`, the last one was refused. Undefined: the call goes without. */
  readonly token?: (call: Call & Options, renew: boolean, signal: AbortSignal) => Promise<string | undefined>;
  /** Milliseconds for one try. */
  readonly timeoutMs: number;
  readonly retries: number;
  /** Milliseconds before the first retry; doubled for each further one. */
  readonly backoffMs: number;
}

/** The API has said no, or could not be reached. */
export class Refusal extends OctaviaError {
  /** Of the answer; 0 when there was none. */
  readonly status: number;

  constructor(code: ErrorCode, status = 0, detail?: string, options?: { cause?: unknown }) {
    super(code, detail, options);
    this.status = status;
  }

  /** The server, or something on the way to it, is in trouble that may pass. */
  get mayPass(): boolean {
    const { status } = this;
    return status === 0 || status >= 500 || status === 408 || status === 429;
  }
}

export function unreachable(cause: unknown): Refusal {
  return new Refusal('cloud.unreachable', 0, undefined, { cause });
}

/** A refusing answer's body as an error; one that is not the API's tells nothing but its status. */
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
      // Half to all of the time, so that callers that failed together do not come back together.
      await pause(line.backoffMs * 2 ** retry * (0.5 + Math.random() / 2), signal);
    }
  };
}

/** One try; a token that is no longer taken is renewed once. */
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
    // A stream goes out while the answer may come in (Fetch, "RequestDuplex").
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
