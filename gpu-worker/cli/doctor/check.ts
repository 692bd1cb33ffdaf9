import type { ErrorCode } from '@octavia/pipeline';

/** One thing doctor checked. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Set when it failed: gives the exit code. */
  readonly code?: ErrorCode;
}
