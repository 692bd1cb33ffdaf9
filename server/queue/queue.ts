/**
 * Hands the ids of waiting jobs to workers, each at least once. It is only a hint: the claim in the database decides
 * whether a worker gets the job, and the sweeper announces a lost task again.
 */
export interface TaskQueue {
  readonly kind: 'redis' | 'database';
  publish(jobId: string): Promise<void>;
  /**
   * Waits for a task.
   * @param waitMs gives up after this time with undefined
   */
  next(waitMs: number, signal: AbortSignal): Promise<Task | undefined>;
  close(): Promise<void>;
}

export interface Task {
  readonly jobId: string;
  /** Says that this worker is still working, so that the task is not given to another. */
  keep(): Promise<void>;
  /** The task needs no further delivery: its job has ended, or could not be claimed. */
  done(): Promise<void>;
}
