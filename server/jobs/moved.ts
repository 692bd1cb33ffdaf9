import type { Services } from '../services/services.ts';
import { hasEnded, type JobRow } from './lifecycle.ts';

/** Call this once a job's move is committed: it tells watchers and workers at once and counts ends. */
export function moved(services: Services, { id, status }: Pick<JobRow, 'id' | 'status'>): void {
  if (hasEnded({ status })) services.metrics.jobsEnded.inc({ status });
  services.tell(id);
}
