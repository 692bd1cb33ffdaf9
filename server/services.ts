import type { Logger } from 'pino';
import type { CloudConfig } from './config.ts';
import type { Database } from './db/connect.ts';
import type { RateLimit } from './http/limits.ts';
import type { Metrics } from './http/metrics.ts';
import type { ServerKeys } from './identity/keys.ts';
import type { LocalIdentity } from './identity/local.ts';
import type { IdentityProvider } from './identity/identity.ts';
import type { TaskQueue } from './queue/queue.ts';
import type { Signals } from './queue/signals.ts';
import type { Storage } from './storage/storage.ts';
import type { BunnyStream } from './uploads/bunny-stream.ts';

/** What the routes work with; server/cloud.ts puts it together from the configuration. */
export interface Services {
  readonly config: CloudConfig;
  readonly database: Database;
  /** Results and checkpoints, and the uploads that came through our own tus endpoint. */
  readonly storage: Storage;
  readonly signals: Signals;
  /** Where jobs are announced. */
  readonly queue: TaskQueue;
  /** Where workers that ask over HTTP find jobs. */
  readonly waiting: TaskQueue;
  readonly keys: ServerKeys;
  readonly identity: IdentityProvider;
  /** Set when this server issues the sessions itself. */
  readonly localIdentity: LocalIdentity | undefined;
  /** Set when uploads go to Bunny Stream. */
  readonly bunny: BunnyStream | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limit: RateLimit;
  /** Open event streams of each user. */
  readonly streams: Map<string, number>;
  /** Local uploads that are being moved into storage right now. */
  readonly adopting: Map<string, Promise<boolean>>;
  /** Carries new announcements to the queue without waiting for the next round, and wakes a job's watchers. */
  tell(jobId: string): void;
}
