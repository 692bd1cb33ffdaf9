import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { compact } from '@octavia/pipeline/compact';
import type { Db } from '../db/connect.ts';
import { jobEvents, jobs, outbox, type JobStatus } from '../db/schema.ts';
import { addEvent } from './events.ts';

/**
 * The life of a job. Every change of state is one of these moves, made by `move` or `createJob`: the row, the event
 * that its owner sees and the announcement to workers are written together, in the caller's transaction.
 */

export type JobRow = typeof jobs.$inferSelect;
type Values = PgUpdateSetSource<typeof jobs>;

interface Move {
  /** The states a job may be in before; none for a job that does not exist yet. */
  readonly from: readonly JobStatus[];
  readonly to: JobStatus;
  /** Workers are told that it is waiting. */
  readonly announced?: true;
}

export const MOVES = {
  create: { from: [], to: 'queued', announced: true },
  /** A worker takes it, or takes it over from one whose lease has run out. */
  claim: { from: ['queued', 'running'], to: 'running' },
  /** A worker that has to stop hands it back. */
  handBack: { from: ['running'], to: 'queued', announced: true },
  /** Its file cannot be reached for now. The sweeper announces it once the wait is over. */
  postpone: { from: ['running'], to: 'queued' },
  /** The attempt failed or fell silent, and there are attempts left. */
  requeue: { from: ['running'], to: 'queued', announced: true },
  complete: { from: ['running'], to: 'done' },
  /** Another attempt cannot help, or there were enough. Nothing is billed. */
  fail: { from: ['queued', 'running'], to: 'failed' },
  cancel: { from: ['queued', 'running'], to: 'cancelled' },
  /** Its owner starts it again. */
  retry: { from: ['failed', 'cancelled'], to: 'queued', announced: true },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES;

/** Final states, unless the owner starts the job again. */
const ENDS: readonly JobStatus[] = ['done', 'failed', 'cancelled'];

export function hasEnded({ status }: Pick<JobRow, 'status'>): boolean {
  return ENDS.includes(status);
}

/**
 * Makes one move of a job.
 * @param change.where what must be true of the row besides its state
 * @param change.set what else changes with the state
 * @returns the row as it is now; undefined when the job is not in a state to make this move, and then nothing changes
 */
export async function move(
  tx: Db,
  name: Exclude<MoveName, 'create'>,
  jobId: string,
  change: { where?: SQL | undefined; set?: Values } = {},
): Promise<JobRow | undefined> {
  const { from, to }: Move = MOVES[name];
  const [job] = await tx
    .update(jobs)
    .set({ ...consequencesOf(to), ...change.set, status: to, updatedAt: sql`now()` })
    .where(and(eq(jobs.id, jobId), inArray(jobs.status, from), change.where))
    .returning();
  if (!job) return undefined;
  // Progress matters only while a job runs, and a job started again has a new story.
  if (ENDS.includes(to)) await dropEvents(tx, jobId, inArray(jobEvents.type, ['progress', 'stage']));
  if (name === 'retry') await dropEvents(tx, jobId);
  await record(tx, job, MOVES[name]);
  return job;
}

/** Writes a queued job. @returns undefined when its upload already has a job into that language */
export async function createJob(tx: Db, values: typeof jobs.$inferInsert): Promise<JobRow | undefined> {
  const [job] = await tx
    .insert(jobs)
    .values(values)
    .onConflictDoNothing({ target: [jobs.uploadId, jobs.target] })
    .returning();
  if (job) await record(tx, job, MOVES.create);
  return job;
}

/** Only a running job has a worker, only a queued one a time to wait for, only an ended one an end. */
function consequencesOf(to: JobStatus): Values {
  const idle = { worker: null, leaseUntil: null };
  if (to === 'running') return { retryAt: null, finishedAt: null };
  return { ...idle, retryAt: null, finishedAt: ENDS.includes(to) ? sql`now()` : null };
}

async function record(tx: Db, job: JobRow, { announced }: Move): Promise<void> {
  await addEvent(tx, job.id, 'state', stateOf(job));
  if (announced) await announce(tx, job.id);
}

/** The state as the event stream tells it. */
function stateOf({ status, attempt, retryAt, errorCode: code, errorDetail: detail }: JobRow) {
  if (status === 'failed') return { status, attempt, error: { code, detail } };
  return compact({ status, attempt, retryAt: retryAt?.toISOString() });
}

async function dropEvents(tx: Db, jobId: string, which?: SQL): Promise<void> {
  await tx.delete(jobEvents).where(and(eq(jobEvents.jobId, jobId), which));
}

/** Notes that workers must be told of the job; the relay tells them after the commit. */
export async function announce(tx: Db, jobId: string): Promise<void> {
  await tx.insert(outbox).values({ jobId });
}
