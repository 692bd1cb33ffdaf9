/**
 * Hands the ids of waiting jobs to workers, each at least once. It is a hint only: whether a worker gets the
 * job is decided by its claim in the database, and a task that is lost is announced again by the sweeper.
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
  /** Says that this worker is still at it, so that the task is not given to another one. */
  keep(): Promise<void>;
  /** The task needs no further delivery: its job has ended, or was not to be had. */
  done(): Promise<void>;
}
