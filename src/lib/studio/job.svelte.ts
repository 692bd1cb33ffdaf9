import type { JobState } from '@octavia/pipeline/job';
import type { JobRecord } from './history.ts';
import { LiveWork } from '$lib/jobs/live-work.svelte.ts';

/** A job as the page shows it: its stored record, and what its run reports. */
export class Job {
  record = $state.raw() as JobRecord;
  readonly live = new LiveWork();
  #stop: AbortController | undefined;

  constructor(record: JobRecord) {
    this.record = record;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.order.inputName;
  }

  get state(): JobState {
    return this.record.state;
  }

  get atWork(): boolean {
    return this.state.kind === 'queued' || this.state.kind === 'running';
  }

  /** Forgets an earlier run's progress; returns the signal that stops the new one. */
  begin(): AbortSignal {
    this.live.reset();
    this.#stop = new AbortController();
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop?.abort();
  }
}
