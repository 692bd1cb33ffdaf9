import { join, resolve } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';
import { readSettings, type Environment, type ValuesOf } from './setting.ts';
import { SERVER_SETTINGS } from './table.ts';
import { readProxies, type TrustedProxies } from './proxies.ts';
import type { ClerkSettings } from '../identity/clerk.ts';
import type { BunnyStorageSettings } from '../storage/bunny.ts';
import type { S3Settings } from '../storage/s3.ts';
import type { BunnyStreamSettings } from '../bunny/stream.ts';

/** All settings. With none of them set, one process and one folder are the whole cloud. */
export interface CloudConfig {
  /** Where files, the embedded database and unset secrets are kept. */
  readonly folder: string;
  /**
   * The origin at which users and workers reach this server, without a trailing slash. Undefined: callers get addresses
   * at the origin they used, which may be wrong behind a proxy.
   */
  readonly publicUrl: string | undefined;
  /** The proxies we trust to say where a request came from (routing/address.ts). */
  readonly proxies: TrustedProxies;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Keeps several installations on one Redis apart. */
  readonly redisPrefix: string;
  /** Lowest level that is logged: `debug`, `info`, `warn`, `error`, `silent`. */
  readonly logLevel: string;
  readonly secret: string | undefined;
  readonly workerSecret: string | undefined;
  /** Token for reading /metrics from other machines; undefined: only this machine may. */
  readonly metricsToken: string | undefined;
  readonly storage:
    | { readonly kind: 'disk' }
    | ({ readonly kind: 's3' } & S3Settings)
    | ({ readonly kind: 'bunny' } & BunnyStorageSettings);
  readonly clerk: ClerkSettings | undefined;
  readonly bunnyStream: BunnyStreamSettings | undefined;
  readonly limits: Limits;
  readonly timing: Timing;
}

interface Limits {
  /** Bytes of one upload. */
  readonly uploadBytes: number;
  /** Unfinished uploads of one user. */
  readonly pendingUploads: number;
  /** Bytes of one user's uploads and results together. */
  readonly userBytes: number;
  /** Jobs of one user that are not finished. */
  readonly openJobs: number;
  /** Requests of one user in a minute, and of one network address that asks for a session. */
  readonly requestsPerMinute: number;
  /** Requests of one worker in a minute: it stores each finished line separately. */
  readonly workerRequestsPerMinute: number;
  /** Open event streams of one user. */
  readonly streams: number;
}

/** All in seconds. */
interface Timing {
  /** A silent worker keeps its job for this long; it sends four heartbeats in this time. */
  readonly lease: number;
  /** A job whose file cannot be reached for this long fails, however often it is tried. */
  readonly outage: number;
  /** An upload must be complete within this time. */
  readonly uploadLifetime: number;
  /** A file is kept this long after its upload or its job has ended. */
  readonly keepFiles: number;
  readonly linkLifetime: number;
  readonly sweepEvery: number;
  readonly relayEvery: number;
  /** A job that has waited this long is announced again: Redis may have lost the first announcement. */
  readonly announceAgain: number;
  /** Interval of SSE comments, so that proxies and clients see that the connection is alive. */
  readonly sseHeartbeat: number;
  /** Age at which we ask Bunny Stream about an upload: its webhook may never come. */
  readonly pollUploadsAfter: number;
}

/** Limits and times that have no variable; the tests change them. */
const FIXED_LIMITS = { requestsPerMinute: 600, workerRequestsPerMinute: 6_000, streams: 20 };
const FIXED_TIMING = {
  linkLifetime: 24 * 3600,
  sweepEvery: 30,
  relayEvery: 1,
  announceAgain: 60,
  sseHeartbeat: 15,
  pollUploadsAfter: 60,
};

type Values = ValuesOf<typeof SERVER_SETTINGS>;

/** Reads the configuration from environment variables. Errors: `call.invalid`, naming what is wrong or missing. */
export function readConfig(environment: Environment): CloudConfig {
  const set = readSettings(SERVER_SETTINGS, environment);
  return {
    folder: resolve(set.OCTAVIA_DATA ?? join('.octavia', 'cloud')),
    publicUrl: withoutSlash(set.OCTAVIA_PUBLIC_URL),
    proxies: readProxies(set.OCTAVIA_TRUSTED_PROXIES),
    databaseUrl: set.DATABASE_URL,
    redisUrl: set.REDIS_URL,
    redisPrefix: set.OCTAVIA_REDIS_PREFIX,
    logLevel: set.OCTAVIA_LOG,
    secret: set.OCTAVIA_SECRET,
    workerSecret: set.OCTAVIA_WORKER_SECRET,
    metricsToken: set.OCTAVIA_METRICS_TOKEN,
    storage: s3Of(set) ?? bunnyStorageOf(set) ?? { kind: 'disk' },
    clerk: clerkOf(set),
    bunnyStream: bunnyStreamOf(set),
    limits: {
      ...FIXED_LIMITS,
      uploadBytes: set.OCTAVIA_UPLOAD_GIB * 2 ** 30,
      userBytes: set.OCTAVIA_USER_GIB * 2 ** 30,
      pendingUploads: set.OCTAVIA_USER_UPLOADS,
      openJobs: set.OCTAVIA_USER_JOBS,
    },
    timing: {
      ...FIXED_TIMING,
      lease: set.OCTAVIA_LEASE_SECONDS,
      outage: set.OCTAVIA_OUTAGE_HOURS * 3600,
      uploadLifetime: set.OCTAVIA_UPLOAD_HOURS * 3600,
      keepFiles: set.OCTAVIA_KEEP_DAYS * 24 * 3600,
    },
  };
}

function withoutSlash(address: string | undefined): string | undefined {
  return address?.replace(/\/$/, '');
}

/** A group of variables counts as set when its first one is; then all must be set. */
function group<const Names extends readonly (keyof Values)[]>(set: Values, names: Names) {
  if (names[0] === undefined || set[names[0]] === undefined) return undefined;
  const missing = names.filter((name) => set[name] === undefined);
  if (missing.length > 0) throw new OctaviaError('call.invalid', `Please set ${missing.join(', ')} too.`);
  return (name: Names[number]) => String(set[name]);
}

function s3Of(set: Values): CloudConfig['storage'] | undefined {
  const s3 = group(set, [
    'S3_ENDPOINT',
    'S3_BUCKET',
    'S3_REGION',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
  ]);
  return (
    s3 && {
      kind: 's3',
      endpoint: s3('S3_ENDPOINT'),
      bucket: s3('S3_BUCKET'),
      region: s3('S3_REGION'),
      accessKeyId: s3('S3_ACCESS_KEY_ID'),
      secretAccessKey: s3('S3_SECRET_ACCESS_KEY'),
    }
  );
}

function bunnyStorageOf(set: Values): CloudConfig['storage'] | undefined {
  const bunny = group(set, ['BUNNY_STORAGE_ZONE', 'BUNNY_STORAGE_KEY', 'BUNNY_PULL_ZONE', 'BUNNY_TOKEN_KEY']);
  return (
    bunny && {
      kind: 'bunny',
      endpoint: set.BUNNY_STORAGE_ENDPOINT,
      zone: bunny('BUNNY_STORAGE_ZONE'),
      accessKey: bunny('BUNNY_STORAGE_KEY'),
      pullZone: bunny('BUNNY_PULL_ZONE'),
      tokenKey: bunny('BUNNY_TOKEN_KEY'),
    }
  );
}

function clerkOf(set: Values): ClerkSettings | undefined {
  const issuer = withoutSlash(set.CLERK_ISSUER);
  if (issuer === undefined) return undefined;
  const parties = set.CLERK_AUTHORIZED_PARTIES ?? withoutSlash(set.OCTAVIA_PUBLIC_URL);
  if (parties === undefined) {
    throw new OctaviaError('call.invalid', 'Please set CLERK_AUTHORIZED_PARTIES or OCTAVIA_PUBLIC_URL too.');
  }
  return {
    issuer,
    publishableKey: set.CLERK_PUBLISHABLE_KEY,
    jwksUrl: set.CLERK_JWKS_URL ?? `${issuer}/.well-known/jwks.json`,
    authorizedParties: parties.split(',').map((party) => party.trim()),
  };
}

function bunnyStreamOf(set: Values): BunnyStreamSettings | undefined {
  const bunny = group(set, [
    'BUNNY_STREAM_LIBRARY',
    'BUNNY_STREAM_KEY',
    'BUNNY_STREAM_READ_ONLY_KEY',
    'BUNNY_STREAM_PULL_ZONE',
    'BUNNY_STREAM_TOKEN_KEY',
  ]);
  return (
    bunny && {
      api: set.BUNNY_STREAM_API,
      libraryId: bunny('BUNNY_STREAM_LIBRARY'),
      apiKey: bunny('BUNNY_STREAM_KEY'),
      readOnlyKey: bunny('BUNNY_STREAM_READ_ONLY_KEY'),
      pullZone: bunny('BUNNY_STREAM_PULL_ZONE'),
      tokenKey: bunny('BUNNY_STREAM_TOKEN_KEY'),
    }
  );
}
