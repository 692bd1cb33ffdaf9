import { join, resolve } from 'node:path';
import { OctaviaError } from '@octavia/pipeline';
import { readProxies, type TrustedProxies } from './proxies.ts';
import type { ClerkSettings } from '../identity/clerk.ts';
import type { BunnyStorageSettings } from '../storage/bunny.ts';
import type { S3Settings } from '../storage/s3.ts';
import type { BunnyStreamSettings } from '../bunny/stream.ts';

/** Everything that can be set. Without any of it, one process and one folder are the whole cloud. */
export interface CloudConfig {
  /** Where files, the embedded database and unset secrets are kept. */
  readonly folder: string;
  /**
   * The origin that users and workers reach this server at, without a slash at the end. Undefined: each is given
   * addresses at the origin that it asked at itself, which behind a proxy may not be the right one.
   */
  readonly publicUrl: string | undefined;
  /** The proxies whose word about where a request came from is taken (routing/address.ts). */
  readonly proxies: TrustedProxies;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Keeps several installations on one Redis apart. */
  readonly redisPrefix: string;
  /** Least level of what is logged: `debug`, `info`, `warn`, `error`, `silent`. */
  readonly logLevel: string;
  readonly secret: string | undefined;
  readonly workerSecret: string | undefined;
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
  /** Requests of one worker in a minute: it keeps each finished line by itself. */
  readonly workerRequestsPerMinute: number;
  /** Open event streams of one user. */
  readonly streams: number;
}

/** All in seconds. */
interface Timing {
  /** A worker holds a job this long without a word; it heartbeats four times as often. */
  readonly lease: number;
  /** A job whose file cannot be had for this long, however often it is tried, has failed. */
  readonly outage: number;
  /** An upload has to be complete by then. */
  readonly uploadLifetime: number;
  /** A file is kept this long after its upload or its job has ended. */
  readonly keepFiles: number;
  readonly linkLifetime: number;
  readonly sweepEvery: number;
  readonly relayEvery: number;
  /** A job that waits this long is announced again: Redis may have lost the first announcement. */
  readonly announceAgain: number;
  /** An SSE comment, so that proxies and clients see that the line is alive. */
  readonly sseHeartbeat: number;
  /** An upload at Bunny Stream that is this old is asked after: its webhook may never come. */
  readonly pollUploadsAfter: number;
}

const DEFAULT_LIMITS: Limits = {
  uploadBytes: 20 * 2 ** 30,
  pendingUploads: 10,
  userBytes: 100 * 2 ** 30,
  openJobs: 20,
  requestsPerMinute: 600,
  workerRequestsPerMinute: 6_000,
  streams: 20,
};

const DEFAULT_TIMING: Timing = {
  lease: 60,
  outage: 6 * 3600,
  uploadLifetime: 24 * 3600,
  keepFiles: 7 * 24 * 3600,
  linkLifetime: 24 * 3600,
  sweepEvery: 30,
  relayEvery: 1,
  announceAgain: 60,
  sseHeartbeat: 15,
  pollUploadsAfter: 60,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the configuration from environment variables. Errors: `call.invalid` that names what is missing. */
export function readConfig(env: Environment): CloudConfig {
  const folder = resolve(env['OCTAVIA_DATA'] ?? join('.octavia', 'cloud'));
  return {
    folder,
    publicUrl: env['OCTAVIA_PUBLIC_URL']?.replace(/\/$/, ''),
    proxies: readProxies(env['OCTAVIA_TRUSTED_PROXIES']),
    databaseUrl: env['DATABASE_URL'],
    redisUrl: env['REDIS_URL'],
    redisPrefix: env['OCTAVIA_REDIS_PREFIX'] ?? 'octavia',
    logLevel: env['OCTAVIA_LOG'] ?? 'info',
    secret: env['OCTAVIA_SECRET'],
    workerSecret: env['OCTAVIA_WORKER_SECRET'],
    storage: readStorage(env),
    clerk: readClerk(env),
    bunnyStream: readBunnyStream(env),
    limits: {
      ...DEFAULT_LIMITS,
      uploadBytes: numberOf(env, 'OCTAVIA_UPLOAD_GIB', DEFAULT_LIMITS.uploadBytes, 2 ** 30),
      userBytes: numberOf(env, 'OCTAVIA_USER_GIB', DEFAULT_LIMITS.userBytes, 2 ** 30),
      pendingUploads: numberOf(env, 'OCTAVIA_USER_UPLOADS', DEFAULT_LIMITS.pendingUploads),
      openJobs: numberOf(env, 'OCTAVIA_USER_JOBS', DEFAULT_LIMITS.openJobs),
    },
    timing: {
      ...DEFAULT_TIMING,
      lease: numberOf(env, 'OCTAVIA_LEASE_SECONDS', DEFAULT_TIMING.lease),
      outage: numberOf(env, 'OCTAVIA_OUTAGE_HOURS', DEFAULT_TIMING.outage, 3600),
      uploadLifetime: numberOf(env, 'OCTAVIA_UPLOAD_HOURS', DEFAULT_TIMING.uploadLifetime, 3600),
      keepFiles: numberOf(env, 'OCTAVIA_KEEP_DAYS', DEFAULT_TIMING.keepFiles, 24 * 3600),
    },
  };
}

/** A positive number, fractions too, times its unit. Errors: `call.invalid`. */
function numberOf(env: Environment, name: string, otherwise: number, unit = 1): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value * unit;
  throw new OctaviaError('call.invalid', `${name} must be a number above 0, not "${text}".`);
}

/** A group of variables counts as set when its first one is; then all must be there. */
function group<const Names extends readonly string[]>(env: Environment, names: Names) {
  if (env[names[0] ?? ''] === undefined) return undefined;
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new OctaviaError('call.invalid', `Please set ${missing.join(', ')} too.`);
  return (name: Names[number]) => env[name] ?? '';
}

function readStorage(env: Environment): CloudConfig['storage'] {
  const s3 = group(env, [
    'S3_ENDPOINT',
    'S3_BUCKET',
    'S3_REGION',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
  ]);
  if (s3) {
    return {
      kind: 's3',
      endpoint: s3('S3_ENDPOINT'),
      bucket: s3('S3_BUCKET'),
      region: s3('S3_REGION'),
      accessKeyId: s3('S3_ACCESS_KEY_ID'),
      secretAccessKey: s3('S3_SECRET_ACCESS_KEY'),
    };
  }
  const names = ['BUNNY_STORAGE_ZONE', 'BUNNY_STORAGE_KEY', 'BUNNY_PULL_ZONE', 'BUNNY_TOKEN_KEY'] as const;
  const bunny = group(env, names);
  if (!bunny) return { kind: 'disk' };
  return {
    kind: 'bunny',
    endpoint: env['BUNNY_STORAGE_ENDPOINT'] ?? 'https://storage.bunnycdn.com',
    zone: bunny('BUNNY_STORAGE_ZONE'),
    accessKey: bunny('BUNNY_STORAGE_KEY'),
    pullZone: bunny('BUNNY_PULL_ZONE'),
    tokenKey: bunny('BUNNY_TOKEN_KEY'),
  };
}

function readClerk(env: Environment): ClerkSettings | undefined {
  const issuer = env['CLERK_ISSUER']?.replace(/\/$/, '');
  if (!issuer) return undefined;
  const parties = env['CLERK_AUTHORIZED_PARTIES'] ?? env['OCTAVIA_PUBLIC_URL']?.replace(/\/$/, '');
  if (!parties) {
    throw new OctaviaError('call.invalid', 'Please set CLERK_AUTHORIZED_PARTIES or OCTAVIA_PUBLIC_URL too.');
  }
  return {
    issuer,
    publishableKey: env['CLERK_PUBLISHABLE_KEY'],
    jwksUrl: env['CLERK_JWKS_URL'] ?? `${issuer}/.well-known/jwks.json`,
    authorizedParties: parties.split(',').map((party) => party.trim()),
  };
}

function readBunnyStream(env: Environment): BunnyStreamSettings | undefined {
  const names = [
    'BUNNY_STREAM_LIBRARY',
    'BUNNY_STREAM_KEY',
    'BUNNY_STREAM_READ_ONLY_KEY',
    'BUNNY_STREAM_PULL_ZONE',
    'BUNNY_STREAM_TOKEN_KEY',
  ] as const;
  const bunny = group(env, names);
  if (!bunny) return undefined;
  return {
    api: env['BUNNY_STREAM_API'] ?? 'https://video.bunnycdn.com',
    libraryId: bunny('BUNNY_STREAM_LIBRARY'),
    apiKey: bunny('BUNNY_STREAM_KEY'),
    readOnlyKey: bunny('BUNNY_STREAM_READ_ONLY_KEY'),
    pullZone: bunny('BUNNY_STREAM_PULL_ZONE'),
    tokenKey: bunny('BUNNY_STREAM_TOKEN_KEY'),
  };
}
