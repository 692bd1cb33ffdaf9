import { eq } from 'drizzle-orm';
import { jobs, tickets, uploads, usage } from '../db/schema.ts';
import type { JobResult } from '../db/values.ts';
import { removeJob } from '../jobs/remove.ts';
import { allOwnJobs } from '../jobs/view.ts';
import type { Services } from '../services/services.ts';
import { giveUpUpload, removeUpload } from '../uploads/remove.ts';
import { sourceIsKept, sourceLink } from '../uploads/source.ts';
import type { Export } from './calls.ts';

/**
 * Everything the server keeps about a user, with links to the files.
 * @param origin where the caller reaches this server
 */
export async function exportUser(services: Services, userId: string, origin: string): Promise<Export> {
  const { read } = services.database;
  const expires = new Date(Date.now() + services.config.timing.linkLifetime * 1000);
  const sources = await read.select().from(uploads).where(eq(uploads.userId, userId));
  const seen = await allOwnJobs(read, userId);
  const billed = await read.select().from(usage).where(eq(usage.userId, userId));
  const linkTo = (output: JobResult['video'] | null | undefined) =>
    output
      ? services.storage.link(output.key, { ...output, expires, filename: output.name, origin })
      : Promise.resolve(null);
  return {
    user_id: userId,
    uploads: await Promise.all(
      sources.map(async (upload) => ({
        id: upload.id,
        filename: upload.filename,
        content_type: upload.contentType,
        bytes: upload.size,
        state: upload.state,
        created_at: upload.createdAt.toISOString(),
        url:
          upload.state === 'arrived' && (await sourceIsKept(services, upload))
            ? await sourceLink(services, upload, expires, origin)
            : null,
      })),
    ),
    jobs: await Promise.all(
      seen.map(async ({ view, job }) => ({
        job: { ...view, wish: job.wish },
        report: job.report,
        video_url: await linkTo(job.result?.video),
        subtitles_url: await linkTo(job.result?.subtitles),
      })),
    ),
    usage: billed.map(({ jobId, seconds, at }) => ({ job_id: jobId, seconds, at: at.toISOString() })),
  };
}

/**
 * Removes everything about a user except what the bill needs. Safe to call again if something could not be removed the
 * first time.
 */
export async function removeUser(services: Services, userId: string): Promise<void> {
  const { write } = services.database;
  await write.delete(tickets).where(eq(tickets.userId, userId));
  const open = await write.select().from(uploads).where(eq(uploads.userId, userId));
  // Uploads still on their way no longer become jobs.
  for (const { id, state } of open) if (state === 'pending') await giveUpUpload(services, userId, id);
  const made = await write.select({ id: jobs.id }).from(jobs).where(eq(jobs.userId, userId));
  for (const { id } of made) await removeJob(services, id);
  const left = await write.select().from(uploads).where(eq(uploads.userId, userId));
  for (const upload of left) await removeUpload(services, upload);
}
