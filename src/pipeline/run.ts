import { throwIfAborted } from './errors.ts';
import { toldEngines } from './engines/told.ts';
import { lastingInference } from './graph/lasting.ts';
import type { DubEvent, DubRequest, ListenRequest } from './job.ts';
import { estimate } from './plan/estimate.ts';
import type { Host } from './ports.ts';
import type { DubModels, ListenModels, OwnText } from './prepare.ts';
import { memoryOf, type Memory } from './remembered.ts';
import type { StageName, StageReport } from './report.ts';
import { startWarnings, type Served, type Warnings } from './warnings.ts';

/** Reports the fraction 0…1 of the running stage. */
export type Progress = (fraction: number) => void;

/** What a run is given. */
export interface RunInput<Request extends ListenRequest, Models extends ListenModels> {
  readonly request: Request;
  readonly models: Models;
  /** The user's own subtitles, if any. */
  readonly own: OwnText | undefined;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit: (event: DubEvent) => void;
}

/** A running job: times the stages, reports to the host, remembers finished work. */
export interface Run<
  Request extends ListenRequest = ListenRequest,
  Models extends ListenModels = ListenModels,
>
  extends RunInput<Request, Models>, Timetable, Memory, Omit<Warnings, 'tellLost' | 'tellRestart'> {
  /** Seconds since the run started. */
  elapsed(): number;
}

export type DubRun = Run<DubRequest, DubModels>;

interface Timetable {
  readonly stages: Readonly<Partial<Record<StageName, StageReport>>>;
  /** Runs a stage; `work` returns its result and the model that served it. */
  stage<T>(name: StageName, work: (progress: Progress) => Promise<readonly [T, Served]>): Promise<T>;
  skip(name: StageName): void;
  /** Records a stage whose work was done inside another one's, step by step. @param seconds spent on it */
  within(name: StageName, served: Served, seconds: number): void;
}

/** @param predicted expected seconds per stage (see plan/predict.ts), for the overall progress */
export function startRun<Request extends ListenRequest, Models extends ListenModels>(
  job: RunInput<Request, Models>,
  predicted: Readonly<Partial<Record<StageName, number>>>,
): Run<Request, Models> {
  const { request, host, emit } = job;
  const began = host.clock.now();
  const elapsed = (): number => host.clock.now() - began;
  const { tellLost, tellRestart, ...warnings } = startWarnings(request.device, emit);
  return {
    ...job,
    ...warnings,
    ...startTimetable(job, elapsed, predicted, warnings.tellFallback),
    ...memoryOf(host.store, request.jobId),
    host: {
      ...host,
      inference: lastingInference(host.inference, tellLost),
      engines: toldEngines(host.engines, tellRestart),
    },
    elapsed,
  };
}

function startTimetable(
  { signal, emit }: Pick<RunInput<ListenRequest, ListenModels>, 'signal' | 'emit'>,
  elapsed: () => number,
  predicted: Readonly<Partial<Record<StageName, number>>>,
  tellFallback: (served: Served) => void,
): Timetable {
  const stages: Partial<Record<StageName, StageReport>> = {};
  const done: Partial<Record<StageName, number>> = {};
  const advance = (name: StageName, fraction: number): void => {
    done[name] = fraction;
    emit({ type: 'progress', ...estimate(done, predicted, elapsed()) });
  };
  return {
    stages,
    async stage(name, work) {
      throwIfAborted(signal);
      const start = elapsed();
      const progress: Progress = (fraction) => {
        emit({ type: 'stage', stage: name, state: 'running', fraction });
        advance(name, fraction);
      };
      progress(0);
      const [result, served] = await work(progress);
      throwIfAborted(signal);
      stages[name] = stageReport(served, elapsed() - start);
      tellFallback(served);
      emit({ type: 'stage', stage: name, state: 'done' });
      advance(name, 1);
      return result;
    },
    skip(name) {
      emit({ type: 'stage', stage: name, state: 'skipped' });
      advance(name, 1);
    },
    within(name, served, seconds) {
      stages[name] = stageReport(served, seconds);
      emit({ type: 'stage', stage: name, state: 'done' });
      advance(name, 1);
    },
  };
}

function stageReport(served: Served, seconds: number): StageReport {
  const graph = served.model?.graphs && Object.values(served.model.graphs)[0];
  return {
    model: served.model?.id ?? null,
    revision: served.model?.revision ?? null,
    device: served.model ? (served.device ?? 'cpu') : null,
    dtype: graph?.dtype ?? null,
    seconds,
  };
}
