import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { jobs, usage } from '../../../server/db/schema.ts';
import type { Claim } from '../../../server/jobs/worker-shapes.ts';
import type { TestCloud } from './server.ts';
import { newWorker } from './user.ts';

/** A worker's claim of a job that is to be had. */
export async function claimJob(cloud: TestCloud, id: string, worker = newWorker(cloud)) {
  const response = await worker.claim(id);
  expect(response.status).toBe(200);
  const claim = (await response.json()) as Claim;
  return { id, attempt: claim.attempt, claim };
}

/** The lease runs out: what a worker's death, or a pause longer than a minute, looks like from the server. */
export async function endLease(cloud: TestCloud, id: string): Promise<void> {
  await cloud.services.database.write
    .update(jobs)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(eq(jobs.id, id));
}

export async function billsOf(cloud: TestCloud, id: string): Promise<unknown[]> {
  return cloud.services.database.read.select().from(usage).where(eq(usage.jobId, id));
}

/** Status and code of an answer that refuses. */
export async function refusalOf(response: Response): Promise<readonly [number, string]> {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}
