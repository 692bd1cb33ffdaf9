import type { Services } from '../services/services.ts';
import { hasEnded, type JobRow } from './lifecycle.ts';

/** To be called once a move of a job is committed: watchers and workers are told at once, and ends are counted. */
export function moved(services: Services, { id, status }: Pick<JobRow, 'id' | 'status'>): void {
  if (hasEnded({ status })) services.metrics.jobsEnded.inc({ status });
  services.tell(id);
}
