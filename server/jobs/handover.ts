import { eq, sql } from 'drizzle-orm';
import { decodePcm } from '@octavia/pipeline/audio/codec';
import { checkpoints } from '../db/schema.ts';
import type { Db } from '../db/connect.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Services } from '../services/services.ts';
import { putCheckpoint } from './checkpoints.ts';
import { claim } from './claim.ts';
import { handBack, heartbeat } from './attempts.ts';
import { ownJob } from './view.ts';

/**
 * Continues a job that started on its owner's device. The page holds the new job as its first worker, sends what was
 * finished as checkpoints, and passes it to the workers. If the page falls silent, its lease runs out like any
 * worker's. The names are the pipeline's (src/pipeline/run.ts, stages/synthesise/speech-cache.ts): hashes of everything
 * a value depends on, so values that do not belong to the job are never looked up.
 */

/** The holder's name while the owner's page sends what it has. */
const OWNER = 'owner';

/** A two-hour film has a few thousand lines of about 200 kB each. */
const MOST_PARTS = 10_000;
const MOST_BYTES = 2 * 2 ** 30;

/** Holds a newly made job before any worker can. */
export async function holdForOwner(tx: Db, jobId: string, leaseSeconds: number): Promise<void> {
  await claim(tx, jobId, OWNER, leaseSeconds);
}

export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Keeps finished parts as the job's checkpoints.
 * @param last passes the job to the workers afterwards
 * Errors: `not.found`, `job.fenced` when the page does not (or no longer) hold the job, `request.invalid`,
 * `request.too_large`.
 */
export async function takeOver(
  services: Services,
  userId: string,
  jobId: string,
  parts: readonly Part[],
  last: boolean,
): Promise<void> {
  const { write } = services.database;
  const { job } = await ownJob(write, userId, jobId);
  if (job.worker !== OWNER) throw new OctaviaError('job.fenced');
  parts.forEach(checkPart);
  await checkAmount(write, jobId, parts);
  const fence = { jobId, attempt: job.attempt };
  for (const { name, bytes } of parts) await putCheckpoint(services, fence, `${jobId}/${name}`, bytes);
  if (last) await handBack(write, fence);
  else await heartbeat(write, fence, { events: [] }, services.config.timing.lease);
  services.tell(jobId);
}

/** Only names the pipeline could have written. */
function checkPart({ name, bytes }: Part): void {
  const isText = /^[a-z]{1,20}-[0-9a-f]{32}\.json$/.test(name) && isJson(bytes);
  const isSound = /^[0-9a-f]{32}\.pcm$/.test(name) && decodePcm(bytes) !== undefined;
  if (!isText && !isSound) throw new OctaviaError('request.invalid', 'A part is not a job’s finished work.');
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

async function checkAmount(db: Db, jobId: string, parts: readonly Part[]): Promise<void> {
  const [there] = await db
    .select({ n: sql<string>`count(*)`, bytes: sql<string>`coalesce(sum(${checkpoints.bytes}), 0)` })
    .from(checkpoints)
    .where(eq(checkpoints.jobId, jobId));
  const bytes = parts.reduce((sum, part) => sum + part.bytes.byteLength, Number(there?.bytes ?? 0));
  if (Number(there?.n ?? 0) + parts.length > MOST_PARTS || bytes > MOST_BYTES) {
    throw new OctaviaError('request.too_large');
  }
}
