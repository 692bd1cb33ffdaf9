import {
  bigint,
  bigserial,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { JobWish } from '../wish/shapes.ts';
import type { JobProgress, JobResult } from './values.ts';

/**
 * The tables as drizzle sees them. The SQL that creates them, with keys and checks, is in db/migrations.
 * tests/contract/cloud-database.node.test.ts compares the two.
 */
const when = (name: string) => timestamp(name, { withTimezone: true });

export const uploads = pgTable('uploads', {
  id: uuid('id').primaryKey(),
  userId: text('user_id').notNull(),
  provider: text('provider').$type<'local' | 'bunny'>().notNull(),
  providerRef: text('provider_ref').notNull(),
  objectKey: text('object_key').notNull(),
  filename: text('filename').notNull(),
  contentType: text('content_type').notNull(),
  size: bigint('size', { mode: 'number' }).notNull(),
  wish: jsonb('wish').$type<JobWish>(),
  state: text('state').$type<'pending' | 'arrived' | 'failed' | 'expired'>().notNull().default('pending'),
  createdAt: when('created_at').notNull().defaultNow(),
  expiresAt: when('expires_at').notNull(),
  arrivedAt: when('arrived_at'),
});

export type Upload = typeof uploads.$inferSelect;

export const uploadLocks = pgTable('upload_locks', {
  uploadId: uuid('upload_id').primaryKey(),
  owner: uuid('owner').notNull(),
  until: when('until').notNull(),
  wanted: boolean('wanted').notNull().default(false),
});

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export const jobs = pgTable('jobs', {
  id: uuid('id').primaryKey(),
  userId: text('user_id').notNull(),
  uploadId: uuid('upload_id').notNull(),
  target: text('target').notNull(),
  wish: jsonb('wish').$type<JobWish>().notNull(),
  status: text('status').$type<JobStatus>().notNull().default('queued'),
  attempt: integer('attempt').notNull().default(0),
  handedBack: integer('handed_back').notNull().default(0),
  outages: integer('outages').notNull().default(0),
  outageSince: when('outage_since'),
  retryAt: when('retry_at'),
  worker: text('worker'),
  leaseUntil: when('lease_until'),
  progress: jsonb('progress').$type<JobProgress>(),
  result: jsonb('result').$type<JobResult>(),
  report: jsonb('report').$type<Record<string, unknown>>(),
  errorCode: text('error_code'),
  errorDetail: text('error_detail'),
  createdAt: when('created_at').notNull().defaultNow(),
  updatedAt: when('updated_at').notNull().defaultNow(),
  finishedAt: when('finished_at'),
});

export const outbox = pgTable('outbox', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  jobId: uuid('job_id').notNull(),
  createdAt: when('created_at').notNull().defaultNow(),
  sentAt: when('sent_at'),
});

export const jobEvents = pgTable('job_events', {
  seq: bigserial('seq', { mode: 'number' }).primaryKey(),
  jobId: uuid('job_id').notNull(),
  type: text('type').notNull(),
  data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  at: when('at').notNull().defaultNow(),
});

export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text('provider').notNull(),
    guid: text('guid').notNull(),
    status: integer('status').notNull(),
    at: when('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.guid, table.status] })],
);

export const checkpoints = pgTable(
  'checkpoints',
  {
    jobId: uuid('job_id').notNull(),
    name: text('name').notNull(),
    attempt: integer('attempt').notNull(),
    objectKey: text('object_key').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    at: when('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.name] })],
);

export const outputs = pgTable(
  'outputs',
  {
    jobId: uuid('job_id').notNull(),
    attempt: integer('attempt').notNull(),
    name: text('name').notNull(),
    objectKey: text('object_key').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    contentType: text('content_type').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.attempt, table.name] })],
);

export const usage = pgTable('usage', {
  jobId: uuid('job_id').primaryKey(),
  userId: text('user_id').notNull(),
  seconds: integer('seconds').notNull(),
  at: when('at').notNull().defaultNow(),
});

export const keys = pgTable('keys', {
  jobId: uuid('job_id').primaryKey(),
  wrapped: text('wrapped').notNull(),
});

export const tickets = pgTable('tickets', {
  hash: text('hash').primaryKey(),
  userId: text('user_id').notNull(),
  jobId: uuid('job_id').notNull(),
  expiresAt: when('expires_at').notNull(),
});
