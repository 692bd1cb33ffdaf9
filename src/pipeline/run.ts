import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ModelEntry } from './catalogue.ts';
import { throwIfAborted } from './errors.ts';
import { toldEngines } from './engines/told.ts';
import { lastingInference } from './graph/lasting.ts';
import type { DubEvent, ListenRequest } from './job.ts';
import { estimate } from './plan/estimate.ts';
import type { Device, Host } from './ports.ts';
import type { StageName, StageReport, Warning, WarningCode } from './report.ts';

/** What served a stage: null model for arithmetic and for text the user brought. */
export interface Served {
  readonly model: ModelEntry | null;
  readonly device?: Device;
  /** Where it ran at first, when that device was lost on the way. */
  readonly lost?: Device | undefined;
}

/** What served a stage, as its engine knows it now. */
export function servedBy(
  model: ModelEntry,
  { device, lost }: { readonly device: Device; readonly lost?: Device | undefined },
): Served {
  return { model, device, lost };
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
  /** Warns when a device was lost, or when the user asked for one that this model could not have. */
  tellFallback(served: Served): void;
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
  /**
   * The same for several values that are computed at once.
   * @param compute gets the indexes of those that are not known yet, and gives their values in that order
   */
  rememberedEach<T>(
    name: string,
    inputs: readonly unknown[],
    compute: (missing: readonly number[]) => Promise<readonly T[]>,
  ): Promise<T[]>;
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

  const tellLost = (model: ModelEntry, device: Device): void =>
    warn('device.fallback', `"${model.title}" lost its device (${device}) and went on on the CPU.`);

  const tellRestart = (model: ModelEntry, reason: string): void =>
    warn('engine.restarted', `"${model.title}" was started again: ${reason}.`);

  const tellFallback = ({ model, device = 'cpu', lost = device }: Served): void => {
    if (!model?.graphs) return;
    if (lost !== device) tellLost(model, lost);
    const told = warnings.some(({ message }) => message.startsWith(`"${model.title}" lost`));
    if (told || request.device === 'auto' || device === request.device) return;
    warn('device.fallback', `"${model.title}" runs on ${device}: ${request.device} is not to be had here.`);
  };

  return {
    request,
    host: {
      ...host,
      inference: lastingInference(host.inference, tellLost),
      engines: toldEngines(host.engines, tellRestart),
    },
    signal,
    emit,
    warnings,
    stages,
    elapsed: () => host.clock.now() - began,
    warn,
    tellFallback,
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
    async remembered<T>(name: string, inputs: unknown, compute: () => Promise<T>) {
      const [value] = await rememberedEach(name, [inputs], async () => [await compute()]);
      return value as T;
    },
    rememberedEach,
  };

  async function rememberedEach<T>(
    name: string,
    inputs: readonly unknown[],
    compute: (missing: readonly number[]) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const keys = inputs.map((each) => `${request.jobId}/${name}-${hashOf(each)}.json`);
    const known = await Promise.all(keys.map((key) => host.store.get(key)));
    const missing = [...keys.keys()].filter((index) => known[index] === undefined);
    const computed = missing.length > 0 ? await compute(missing) : [];
    const bytes = computed.map((value) => new TextEncoder().encode(JSON.stringify(value)));
    for (const [at, value] of bytes.entries()) await host.store.put(keys[missing[at] ?? 0] ?? '', value);
    return keys.map((_, index) => {
      const kept = known[index];
      if (kept === undefined) return computed[missing.indexOf(index)] as T;
      return JSON.parse(new TextDecoder().decode(kept)) as T;
    });
  }
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
