import { number, text, textOr } from './setting.ts';

/** Settings that are read even without a cloud: who may show the embed, and with which clips. */
export const EMBED_SETTINGS = {
  OCTAVIA_TRUSTED_PROXIES: text(
    'Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count: how many, or their addresses and subnets (`10.0.0.0/8,::1`).',
    '0',
  ),
  OCTAVIA_EMBED_SITES: text(
    'Origins that may embed their own clips, separated by commas; `https://*.example.com` allows all below it. Any site may embed the built-in demo.',
  ),
  OCTAVIA_EMBED_CLIPS: text(
    'Origins that those clips may come from, separated by commas.',
    'OCTAVIA_EMBED_SITES',
  ),
  OCTAVIA_EMBED_PER_MINUTE: number(600, 'requests', 'Embeds that one network address may open per minute.'),
} as const;

/** Every environment variable of the server. With none of them set, one process and one folder are the whole cloud. */
export const SERVER_SETTINGS = {
  OCTAVIA_DATA: text('Folder for files, the embedded database and the keys.', '.octavia/cloud'),
  OCTAVIA_PUBLIC_URL: text(
    'Address at which users and workers reach the server. Without it, links use the address of the request.',
  ),
  ...EMBED_SETTINGS,
  OCTAVIA_LOG: textOr('info', 'Level of the log: `debug`, `info`, `warn`, `error` or `silent`.'),
  OCTAVIA_SECRET: text('Signs links and encrypts keys. 32 characters or more.', 'kept in OCTAVIA_DATA'),
  OCTAVIA_WORKER_SECRET: text('Workers authenticate with it. 32 characters or more.', 'kept in OCTAVIA_DATA'),
  OCTAVIA_METRICS_TOKEN: text(
    'Bearer token that reads `/metrics` from other machines.',
    'only this machine may',
  ),
  DATABASE_URL: text('Postgres 15 or later.', 'an embedded database'),
  REDIS_URL: text('Redis announces jobs and wakes watchers.', 'the database does'),
  OCTAVIA_REDIS_PREFIX: textOr('octavia', 'Keeps several installations on one Redis apart.'),

  OCTAVIA_UPLOAD_GIB: number(20, 'GiB', 'Largest file.'),
  OCTAVIA_USER_GIB: number(100, 'GiB', 'Files and results of one user.'),
  OCTAVIA_USER_UPLOADS: number(10, 'uploads', 'Unfinished uploads of one user.'),
  OCTAVIA_USER_JOBS: number(20, 'jobs', 'Unfinished jobs of one user.'),
  OCTAVIA_UPLOAD_HOURS: number(24, 'hours', 'How long an unfinished upload is kept.'),
  OCTAVIA_KEEP_DAYS: number(7, 'days', 'How long files are kept after their job has ended.'),
  OCTAVIA_LEASE_SECONDS: number(60, 'seconds', 'A worker that is silent this long loses its job.'),
  OCTAVIA_OUTAGE_HOURS: number(6, 'hours', 'A job whose file cannot be reached this long fails.'),

  S3_ENDPOINT: text('S3-compatible storage for files. With it, the other four are needed.'),
  S3_BUCKET: text('Its bucket.'),
  S3_REGION: text('Its region.'),
  S3_ACCESS_KEY_ID: text('Its access key.'),
  S3_SECRET_ACCESS_KEY: text('Its secret key.'),

  BUNNY_STORAGE_ZONE: text('Storage zone at Bunny for files. With it, the next three are needed.'),
  BUNNY_STORAGE_KEY: text('Password of the storage zone.'),
  BUNNY_PULL_ZONE: text('Address of the pull zone in front of it.'),
  BUNNY_TOKEN_KEY: text('Token authentication key of the pull zone.'),
  BUNNY_STORAGE_ENDPOINT: textOr(
    'https://storage.bunnycdn.com',
    'Address of the storage API in your region.',
  ),

  BUNNY_STREAM_LIBRARY: text('Bunny Stream library that takes uploads. With it, the next four are needed.'),
  BUNNY_STREAM_KEY: text('API key of the library.'),
  BUNNY_STREAM_READ_ONLY_KEY: text('Read-only API key of the library. Webhooks are signed with it.'),
  BUNNY_STREAM_PULL_ZONE: text('Address of the library’s pull zone.'),
  BUNNY_STREAM_TOKEN_KEY: text('Token authentication key of that pull zone.'),
  BUNNY_STREAM_API: textOr('https://video.bunnycdn.com', 'Address of the Stream API.'),

  CLERK_ISSUER: text('Your Clerk instance. Users then sign in there.', 'every browser is a user'),
  CLERK_PUBLISHABLE_KEY: text('Names the instance to the page. Without it the page offers no sign-in.'),
  CLERK_AUTHORIZED_PARTIES: text(
    'Origins that sessions may come from, separated by commas.',
    'OCTAVIA_PUBLIC_URL',
  ),
  CLERK_JWKS_URL: text('Where Clerk’s public keys are.', 'below CLERK_ISSUER'),
} as const;
