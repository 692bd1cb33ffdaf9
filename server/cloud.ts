import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { pino, type Logger } from 'pino';
import { attempt } from './services/attempt.ts';
import type { CloudConfig } from './settings/config.ts';
import { openDatabase, type Database } from './db/connect.ts';
import { createApi } from './http/app.ts';
import { rateLimit } from './services/limits.ts';
import { createMetrics } from './services/metrics.ts';
import { clerkIdentity } from './identity/clerk.ts';
import { openKeys, type ServerKeys } from './identity/keys.ts';
import { localIdentity } from './identity/local.ts';
import { oldestClaimable } from './jobs/claim.ts';
import { relayOutbox } from './jobs/relay.ts';
import { startJob } from './jobs/start.ts';
import { sweep } from './jobs/sweep.ts';
import { databaseQueue } from './queue/database-queue.ts';
import type { TaskQueue } from './queue/queue.ts';
import { redisQueue } from './queue/redis-queue.ts';
import { databaseSignals, redisSignals, type Signals } from './queue/signals.ts';
import { repeat, type Repeating } from './services/repeat.ts';
import { sweepExpired } from './jobs/retention.ts';
import type { Services } from './services/services.ts';
import { bunnyStorage } from './storage/bunny.ts';
import { diskStorage, isDisk } from './storage/disk.ts';
import { s3Storage } from './storage/s3.ts';
import type { Storage } from './storage/storage.ts';
import { sweepUploads } from './uploads/adopt.ts';
import { createUploadLocks } from './db/upload-locks.ts';
import { bunnyStream } from './bunny/stream.ts';

export interface Cloud {
  /** To be mounted at the root of a server: `app.route('/', cloud.api)`. */
  readonly api: OpenAPIHono;
  readonly services: Services;
  /** Runs the periodic background work right now. */
  sweepNow(): Promise<void>;
  close(): Promise<void>;
}

/** What must never appear in a log line, wherever a library puts it. */
const SECRETS = [
  'token',
  'secret',
  'authorization',
  'cookie',
  'accessKey',
  'secretAccessKey',
  'password',
  'url',
];

function createLog(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: '[hidden]' } }, pino.destination(2));
}

/**
 * Opens the cloud path: database, storage, queue, identity and the loops that keep them in step.
 * Errors: `storage.failed` when another process holds the embedded database; whatever pg and Redis throw.
 */
export async function openCloud(
  config: CloudConfig,
  log: Logger = createLog(config.logLevel),
): Promise<Cloud> {
  const keys = await openKeys(join(config.folder, 'keys'), config);
  const database = await openDatabase(
    config.databaseUrl === undefined
      ? { folder: join(config.folder, 'database') }
      : { url: config.databaseUrl },
  );
  const wiring = await openQueue(config, database);
  const relay = repeat(config.timing.relayEvery, log, async () => {
    while ((await relayOutbox(database, wiring.queue)) > 0);
  });
  const services = assemble(config, log, keys, database, wiring, relay);
  const sweeper = repeat(config.timing.sweepEvery, log, () => sweepAll(services));
  return {
    api: createApi(services),
    services,
    sweepNow: () => sweepAll(services),
    async close() {
      await Promise.all([relay.stop(), sweeper.stop()]);
      await Promise.all([wiring.queue.close(), wiring.waiting.close(), wiring.signals.close()]);
      await database.close();
    },
  };
}

/** The issuer and party named in local sessions: the server itself, whatever address it is reached at. */
const LOCAL = 'octavia-local';

interface Wiring {
  readonly signals: Signals;
  readonly queue: TaskQueue;
  readonly waiting: TaskQueue;
}

async function openQueue(config: CloudConfig, database: Database): Promise<Wiring> {
  const { redisUrl: url, redisPrefix: prefix } = config;
  const signals = url === undefined ? await databaseSignals(database) : await redisSignals(url, prefix);
  const waiting = databaseQueue(() => oldestClaimable(database.read), signals);
  return { signals, waiting, queue: url === undefined ? waiting : await redisQueue({ url, prefix }) };
}

function openStorage(config: CloudConfig, keys: ServerKeys): Storage {
  const { storage, folder } = config;
  if (storage.kind === 's3') return s3Storage(storage);
  if (storage.kind === 'bunny') return bunnyStorage(storage);
  return diskStorage({ folder: join(folder, 'files'), key: keys.links });
}

function assemble(
  config: CloudConfig,
  log: Logger,
  keys: ServerKeys,
  database: Database,
  wiring: Wiring,
  relay: Repeating,
): Services {
  const rules = { issuer: LOCAL, authorizedParties: [LOCAL] };
  const local = config.clerk ? undefined : localIdentity(keys, rules);
  return {
    config,
    log,
    keys,
    database,
    ...wiring,
    storage: openStorage(config, keys),
    identity: config.clerk ? clerkIdentity(config.clerk) : (local ?? localIdentity(keys, rules)),
    localIdentity: local,
    bunny: config.bunnyStream ? bunnyStream(config.bunnyStream) : undefined,
    metrics: createMetrics(),
    limit: rateLimit({
      user: config.limits.requestsPerMinute,
      address: config.limits.requestsPerMinute,
      worker: config.limits.workerRequestsPerMinute,
    }),
    streams: new Map(),
    locks: createUploadLocks(database),
    async startJob(tx, upload, wish) {
      const { job, created } = await startJob(tx, upload, wish);
      return created ? job.id : undefined;
    },
    tell(jobId) {
      relay.now();
      void wiring.signals.wake(jobId);
    },
  };
}

async function sweepParts({ storage }: Services): Promise<void> {
  if (isDisk(storage)) await storage.sweep();
}

async function sweepAll(services: Services): Promise<void> {
  for (const step of [sweepUploads, sweep, sweepExpired, sweepParts]) {
    await attempt(services.log, { step: step.name }, () => step(services));
  }
}
