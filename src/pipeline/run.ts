import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ModelEntry } from './catalogue.ts';
import { throwIfAborted } from './errors.ts';
import type { DubEvent, ListenRequest } from './job.ts';
import { estimate } from './plan/estimate.ts';
import type { Device, Host } from './ports.ts';
import type { StageName, StageReport, Warning, WarningCode } from './report.ts';

/** What served a stage: null model for arithmetic and for text the user brought. */
export interface Served {
  readonly model: ModelEntry | null;
  readonly device?: Device;
}

/** Reports the fraction 0…1 of the running stage. */
export type Progress = (fraction: number) => void;

/** One dub under way: times the stages, tells the host, remembers finished work. */
export interface Run<Request extends ListenRequest = ListenRequest> {
  readonly request: Request;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly emit: (event: DubEvent) => void;
  readonly warnings: readonly Warning[];
  readonly stages: Readonly<Partial<Record<StageName, StageReport>>>;
  /** Seconds since the run began. */
  elapsed(): number;
  warn(code: WarningCode, message: string): void;
  /** Runs a stage; `work` returns its result and what served it. */
  stage<T>(name: StageName, work: (progress: Progress) => Promise<readonly [T, Served]>): Promise<T>;
  skip(name: StageName): void;
  /** Records a stage whose work was done inside another one's, step by step. @param seconds spent on it */
  within(name: StageName, served: Served, seconds: number): void;
  /**
   * The JSON value of an earlier run with the same inputs, or `compute`'s, remembered.
   * @param inputs everything the value depends on, as plain data
   */
  remembered<T>(name: string, inputs: unknown, compute: () => Promise<T>): Promise<T>;
}

/**
 * @param predicted expected seconds per stage (see plan/predict.ts), for the overall progress
 */
export function startRun<Request extends ListenRequest>(
  request: Request,
  host: Host,
  signal: AbortSignal,
  emit: (event: DubEvent) => void,
  predicted: Readonly<Partial<Record<StageName, number>>>,
): Run<Request> {
  const began = host.clock.now();
  const warnings: Warning[] = [];
  const stages: Partial<Record<StageName, StageReport>> = {};
  const done: Partial<Record<StageName, number>> = {};

  const advance = (name: StageName, fraction: number): void => {
    done[name] = fraction;
    emit({ type: 'progress', ...estimate(done, predicted, host.clock.now() - began) });
  };

  const warn = (code: WarningCode, message: string): void => {
    if (warnings.some((known) => known.code === code && known.message === message)) return;
    warnings.push({ code, message });
    emit({ type: 'warning', warning: { code, message } });
  };

  /** The user asked for a device that this stage could not have. */
  const tellFallback = ({ model, device = 'cpu' }: Served): void => {
    if (request.device === 'auto' || !model?.graphs || device === request.device) return;
    warn('device.fallback', `"${model.title}" runs on ${device}: ${request.device} is not to be had here.`);
  };

  return {
    request,
    host,
    signal,
    emit,
    warnings,
    stages,
    elapsed: () => host.clock.now() - began,
    warn,
    async stage(name, work) {
      throwIfAborted(signal);
      const start = host.clock.now();
      const progress: Progress = (fraction) => {
        emit({ type: 'stage', stage: name, state: 'running', fraction });
        advance(name, fraction);
      };
      progress(0);
      const [result, served] = await work(progress);
      throwIfAborted(signal);
      stages[name] = stageReport(served, host.clock.now() - start);
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
    async remembered(name, inputs, compute) {
      const key = `${request.jobId}/${name}-${hashOf(inputs)}.json`;
      const known = await host.store.get(key);
      if (known !== undefined)
        return JSON.parse(new TextDecoder().decode(known)) as Awaited<ReturnType<typeof compute>>;
      const value = await compute();
      await host.store.put(key, new TextEncoder().encode(JSON.stringify(value)));
      return value;
    },
  };
}

/** Short content hash of plain data: names remembered results. */
export function hashOf(inputs: unknown): string {
  return hashOfBytes(new TextEncoder().encode(JSON.stringify(inputs)));
}

/** Short content hash of bytes. */
export function hashOfBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes)).slice(0, 32);
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
