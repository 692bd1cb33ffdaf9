import { and, eq, ne } from 'drizzle-orm';
import { checkpoints, jobs, outputs, uploads } from '../db/schema.ts';
import type { Services } from '../services/services.ts';
import { userFolder } from '../uploads/request.ts';
import { removeUpload } from '../uploads/remove.ts';
import { move } from './lifecycle.ts';
import { moved } from './moved.ts';

/**
 * Removes a job with all that belongs to it: results, checkpoints, events, and the uploaded file unless another job
 * needs it. A running job is stopped first. Files go before the rows that name them, so an interrupted removal is found
 * again and finished by the next attempt.
 */
export async function removeJob(services: Services, jobId: string): Promise<void> {
  const { storage } = services;
  const { write } = services.database;
  const { owner, stopped, upload } = await write.transaction(async (tx) => {
    const [found] = await tx.select().from(jobs).where(eq(jobs.id, jobId));
    if (!found) return {};
    const { uploadId } = found;
    // The upload first and then the job, as when starting one: the other order could deadlock.
    const [source] = await tx.select().from(uploads).where(eq(uploads.id, uploadId)).for('update');
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, jobId)).for('update');
    if (!job) return {};
    const stopped = await move(tx, 'cancel', jobId);
    const others = await tx
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.uploadId, uploadId), ne(jobs.id, jobId)));
    const owner = found.userId;
    if (!source || others.length > 0) return { owner, stopped };
    // From here on no new job can be made from it.
    await tx.update(uploads).set({ state: 'expired' }).where(eq(uploads.id, source.id));
    return { owner, stopped, upload: source };
  });
  if (stopped) moved(services, stopped);
  else services.tell(jobId);
  for (const table of [outputs, checkpoints]) {
    const files = await write.select({ key: table.objectKey }).from(table).where(eq(table.jobId, jobId));
    for (const { key } of files) await storage.delete(key);
  }
  await storage.deleteBelow?.(`checkpoints/${jobId}`);
  if (owner !== undefined) await storage.deleteBelow?.(`results/${userFolder(owner)}/${jobId}`);
  await write.delete(jobs).where(eq(jobs.id, jobId));
  if (upload) await removeUpload(services, upload);
}
