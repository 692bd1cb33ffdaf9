import type { Logger } from 'pino';
import type { CloudConfig } from '../settings/config.ts';
import type { Database, Db } from '../db/connect.ts';
import type { Upload } from '../db/schema.ts';
import type { RateLimit } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { ServerKeys } from '../identity/keys.ts';
import type { LocalIdentity } from '../identity/local.ts';
import type { IdentityProvider } from '../identity/identity.ts';
import type { TaskQueue } from '../queue/queue.ts';
import type { Signals } from '../queue/signals.ts';
import type { Storage } from '../storage/storage.ts';
import type { BunnyStream } from '../bunny/stream.ts';
import type { UploadLocks } from '../db/upload-locks.ts';
import type { JobWish } from '../wish/shapes.ts';

/** What the routes work with; server/cloud.ts builds it from the configuration. */
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
  readonly locks: UploadLocks;
  /**
   * Makes the job that an upload was sent for, in the caller's transaction; this is all uploads know of jobs.
   * @returns its id, unless the job already existed
   */
  startJob(tx: Db, upload: Upload, wish: JobWish): Promise<string | undefined>;
  /** Carries new announcements to the queue right away, and wakes a job's watchers. */
  tell(jobId: string): void;
}
