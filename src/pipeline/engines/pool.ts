import { OctaviaError, throwIfAborted } from '../errors.ts';
import type { EngineApi } from '../families/engine.ts';
import { WorkerGone } from './limit.ts';

/** A worker that serves one engine. */
export interface EngineWorker {
  readonly api: EngineApi;
  /** Rejects when the worker ends unexpectedly (out of memory, a crash); never resolves. */
  readonly failed: Promise<never>;
  /** Ends it at once and frees its memory. */
  terminate(): void;
}

type Cancel = (reason: OctaviaError) => void;

/**
 * Up to `size` workers of one engine, started when needed. An aborted call ends its worker at once, and the next call
 * starts a new one. So does a failure, which may have left the worker in a bad state.
 */
export class EnginePool {
  readonly #size: number;
  readonly #start: (signal: AbortSignal) => Promise<EngineWorker>;
  readonly #idle: EngineWorker[] = [];
  readonly #calls = new Set<Cancel>();
  readonly #waiting: (() => void)[] = [];
  #workers = 0;
  #closed = false;

  /** @param start starts a worker; cleans up once its signal is aborted */
  constructor(size: number, start: (signal: AbortSignal) => Promise<EngineWorker>) {
    this.#size = size;
    this.#start = start;
  }

  /** Errors: `job.cancelled` after an abort or a close, `model.failed` when the engine fails. */
  async run<T>(work: (engine: EngineApi) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const cancelled = this.#cancellation(signal);
    try {
      const worker = await this.#acquire(cancelled.promise, signal);
      let healthy = false;
      try {
        const result = await Promise.race([answerOf(worker, work), cancelled.promise]);
        healthy = true;
        return result;
      } catch (thrown) {
        throw thrown instanceof OctaviaError ? thrown : engineFailure(thrown);
      } finally {
        this.#release(worker, healthy);
      }
    } finally {
      cancelled.forget();
    }
  }

  /** Ends every worker; running calls reject. Resolves at once. */
  close(): Promise<void> {
    this.#closed = true;
    for (const cancel of [...this.#calls]) cancel(new OctaviaError('job.cancelled'));
    for (const worker of this.#idle.splice(0)) worker.terminate();
    return Promise.resolve();
  }

  async #acquire(cancelled: Promise<never>, signal: AbortSignal | undefined): Promise<EngineWorker> {
    for (;;) {
      if (signal) throwIfAborted(signal);
      if (this.#closed) throw new OctaviaError('job.cancelled');
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#workers < this.#size) return this.#started(cancelled);
      await Promise.race([new Promise<void>((wake) => this.#waiting.push(wake)), cancelled]);
    }
  }

  async #started(cancelled: Promise<never>): Promise<EngineWorker> {
    this.#workers += 1;
    const givenUp = new AbortController();
    const starting = this.#start(givenUp.signal);
    try {
      const worker = await Promise.race([starting, cancelled]);
      worker.failed.catch(() => undefined);
      return worker;
    } catch (thrown) {
      givenUp.abort();
      // The start may have just succeeded with a worker that nobody would own.
      starting.then((worker) => worker.terminate()).catch(() => undefined);
      this.#gone();
      throw thrown;
    }
  }

  #release(worker: EngineWorker, healthy: boolean): void {
    if (healthy && !this.#closed) {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
      return;
    }
    worker.terminate();
    this.#gone();
  }

  #gone(): void {
    this.#workers -= 1;
    this.#waiting.shift()?.();
  }

  /** A promise that rejects on abort or close, until it is released. */
  #cancellation(signal: AbortSignal | undefined): { promise: Promise<never>; forget: () => void } {
    let cancel: Cancel = () => undefined;
    const promise = new Promise<never>((_, reject) => {
      cancel = reject;
    });
    promise.catch(() => undefined);
    const onAbort = (): void => cancel(new OctaviaError('job.cancelled'));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#calls.add(cancel);
    return {
      promise,
      forget: () => {
        signal?.removeEventListener('abort', onAbort);
        this.#calls.delete(cancel);
      },
    };
  }
}

/** The outcome of a call. Errors: the engine's own; WorkerGone when its worker ends. */
export function answerOf<T>(worker: EngineWorker, work: (engine: EngineApi) => Promise<T>): Promise<T> {
  const gone = worker.failed.catch((thrown: unknown) => {
    throw new WorkerGone(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  });
  return Promise.race([work(worker.api), gone]);
}

function engineFailure(thrown: unknown): OctaviaError {
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OctaviaError('model.failed', detail, { cause: thrown });
}
