import type { DubEvent } from '@octavia/pipeline/job';
import { STAGES, type StageName, type Warning } from '@octavia/pipeline/report';

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

/** What a running dub has reported so far, wherever it runs. */
export class LiveWork {
  stages = $state(waiting());
  fraction = $state(0);
  secondsLeft = $state<number>();
  lines = $state<LiveLine[]>([]);
  detected = $state<string>();
  warnings = $state<Warning[]>([]);

  /** Forgets an earlier run. */
  reset(): void {
    this.stages = waiting();
    this.fraction = 0;
    this.secondsLeft = undefined;
    this.lines = [];
    this.warnings = [];
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
