import type { DubEvent, JobState } from '@octavia/pipeline/job';
import { STAGES, type StageName, type Warning } from '@octavia/pipeline/report';
import type { JobRecord } from './history.ts';

type StageState = 'waiting' | 'running' | 'done' | 'skipped';

export interface LiveLine {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly sourceText: string;
  readonly targetText: string | undefined;
}

type Stages = Record<StageName, { state: StageState; fraction: number }>;

const waiting = (): Stages =>
  Object.fromEntries(STAGES.map((stage) => [stage, { state: 'waiting', fraction: 0 }])) as Stages;

/** A job as the page shows it: what is kept of it, and what its run tells. */
export class Job {
  record = $state.raw() as JobRecord;
  stages = $state(waiting());
  fraction = $state(0);
  secondsLeft = $state<number>();
  lines = $state<LiveLine[]>([]);
  detected = $state<string>();
  warnings = $state<Warning[]>([]);
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
    this.stages = waiting();
    this.fraction = 0;
    this.secondsLeft = undefined;
    this.lines = [];
    this.warnings = [];
    this.#stop = new AbortController();
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop?.abort();
  }

  apply(event: DubEvent): void {
    switch (event.type) {
      case 'stage':
        this.stages[event.stage] = {
          state: event.state,
          fraction: event.state === 'running' ? event.fraction : 1,
        };
        break;
      case 'progress':
        this.fraction = Math.max(this.fraction, event.fraction);
        this.secondsLeft = event.secondsLeft;
        break;
      case 'detected':
        this.detected = event.language;
        break;
      case 'line':
        this.#keepLine(event);
        break;
      case 'warning':
        this.warnings.push(event.warning);
        break;
    }
  }

  #keepLine({ id, start, end, sourceText, targetText }: LiveLine): void {
    const line = { id, start, end, sourceText, targetText };
    const known = this.lines.findIndex((other) => other.id === id);
    if (known >= 0) this.lines[known] = line;
    else this.lines.push(line);
  }
}
