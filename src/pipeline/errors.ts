import { ERRORS, type ErrorCode } from './error-codes.ts';

export type { ErrorCode };

/** An error as plain data: an Error would lose its code between threads or in storage. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly detail?: string;
}

/**
 * The one error type of Octavia: core, hosts, server and page. `detail` says what was wrong and what to do next;
 * callers see it, so it must not contain secrets.
 */
export class OctaviaError extends Error {
  override readonly name = 'OctaviaError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail === undefined ? ERRORS[code].message : `${ERRORS[code].message} ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** Process exit code of the command line for this error (0 done … 6 refused by policy). */
  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  /** Plain data, for a worker boundary or a log. */
  toJSON(): ErrorData {
    return this.detail === undefined ? { code: this.code } : { code: this.code, detail: this.detail };
  }
}

/** True for a code this version knows (a stored or remote error may come from another one). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Turns any thrown value into an OctaviaError: an abort becomes `job.cancelled`, an unknown error `internal`. */
export function toOctaviaError(thrown: unknown, signal?: AbortSignal): OctaviaError {
  const cancelled = thrown instanceof OctaviaError && thrown.code === 'job.cancelled';
  if (signal?.aborted && !cancelled) return new OctaviaError('job.cancelled', undefined, { cause: thrown });
  if (thrown instanceof OctaviaError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new OctaviaError('job.cancelled', undefined, { cause: thrown });
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OctaviaError('internal', detail, { cause: thrown });
}

/** Throws `job.cancelled` once the signal is aborted; called between steps of long work. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new OctaviaError('job.cancelled');
}
