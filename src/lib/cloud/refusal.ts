import type { ApiErrorCode } from '@octavia/server/http/errors';
import { refusalOf } from '$lib/studio/bridge.ts';
import type { Problem } from '$lib/studio/messages.ts';

/** Refusals that only the page knows, beside those of the API and the pipeline. */
type PageCode =
  | 'cloud.unreachable'
  | 'cloud.other_file'
  | 'cloud.no_job'
  | 'cloud.no_sign_in'
  | 'auth.sign_in'
  | 'job.gave_up'
  | 'job.source_unreachable';

export type CloudCode = ApiErrorCode | PageCode;

/** The cloud has understood and says no, or could not be reached. */
export class CloudRefusal extends Error {
  override readonly name = 'CloudRefusal';
  /** Stable; one of CloudCode, unless the server is newer than the page. */
  readonly code: string;
  /** Of the answer; 0 when there was none. */
  readonly status: number;

  constructor(code: string, status = 0, detail?: string, options?: { cause?: unknown }) {
    super(detail ?? code, options);
    this.code = code;
    this.status = status;
  }

  toJSON(): { code: string; detail?: string } {
    return this.message === this.code ? { code: this.code } : { code: this.code, detail: this.message };
  }
}

export function unreachable(cause: unknown): CloudRefusal {
  return new CloudRefusal('cloud.unreachable', 0, undefined, { cause });
}

/** A refusing answer as an error. */
export async function refusalFrom(response: Response): Promise<CloudRefusal> {
  const body = (await response.json().catch(() => undefined)) as
    { error?: { code?: unknown; message?: unknown } } | undefined;
  const { code, message } = body?.error ?? {};
  return new CloudRefusal(
    typeof code === 'string' ? code : 'cloud.unreachable',
    response.status,
    typeof message === 'string' ? message : undefined,
  );
}

/** Any thrown value as a problem to show. */
export function problemOf(thrown: unknown): Problem {
  return thrown instanceof CloudRefusal ? thrown.toJSON() : refusalOf(thrown);
}
