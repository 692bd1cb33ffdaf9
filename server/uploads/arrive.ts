import { and, eq, sql } from 'drizzle-orm';
import { uploads, webhookEvents } from '../db/schema.ts';
import type { Services } from '../services/services.ts';

/** The webhook's statuses that matter here (docs.bunny.net, Stream webhooks). */
export const UPLOAD_FINISHED = 7;
export const UPLOAD_FAILED = 8;

export interface UploadNews {
  readonly provider: 'local' | 'bunny';
  /** The provider's name for the upload. */
  readonly guid: string;
  readonly status: number;
}

/**
 * The one way a finished upload becomes a job, whoever reports it: Bunny's webhook, the poller, our tus endpoint or the
 * sweeper. Everything happens in one transaction and once per report, so reports may come late, twice, out of order or
 * from two sides at once.
 */
export async function uploadNews(services: Services, news: UploadNews): Promise<void> {
  if (news.status !== UPLOAD_FINISHED && news.status !== UPLOAD_FAILED) return;
  const jobId = await services.database.write.transaction(async (tx) => {
    const [upload] = await tx
      .select()
      .from(uploads)
      .where(and(eq(uploads.provider, news.provider), eq(uploads.providerRef, news.guid)))
      .for('update');
    // Not one of ours: record nothing, so that the report still counts if it comes again. Nor one that was given up:
    // its bytes are being removed.
    if (!upload || upload.state === 'expired') return undefined;
    const noted = await tx.insert(webhookEvents).values(news).onConflictDoNothing().returning();
    if (noted.length === 0 || upload.state === 'arrived') return undefined;
    if (news.status === UPLOAD_FAILED) {
      await tx.update(uploads).set({ state: 'failed' }).where(eq(uploads.id, upload.id));
      return undefined;
    }
    await tx
      .update(uploads)
      .set({ state: 'arrived', arrivedAt: sql`now()` })
      .where(eq(uploads.id, upload.id));
    if (!upload.wish) return undefined;
    return services.startJob(tx, upload, upload.wish);
  });
  if (jobId !== undefined) services.tell(jobId);
}
