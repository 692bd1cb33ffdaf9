import { proxy, wrap, type Remote } from 'comlink';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { DubEvent } from '@octavia/pipeline/job';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import type { PlanDevice } from '@octavia/pipeline/plan/types';
import type { DubOrder, DubOutcome, PipelineWorker, Reply, SubtitlesInfo } from '$lib/host/protocol.ts';
import { isLight, LIGHT } from '$lib/host/light.ts';
import { unpack } from '$lib/host/reply.ts';
import { watchMemory } from './memory.ts';

/** A worker idle for this long is ended, which frees its engines' memory. */
const IDLE_MS = 60_000;
/** After a stop, the worker has this long to finish before it is ended by force. */
const STOP_MS = 800;

/** What is known about the device and the models on it. */
export interface Survey {
  readonly device: PlanDevice;
  /** Ids of the models that come with Octavia and are here. */
  readonly shipped: ReadonlySet<string>;
  readonly light: boolean;
}

/** What the page asks of the pipeline. Errors: those of the pipeline. */
export interface StudioBridge {
  /** Opens a file just far enough to plan. */
  inspect(file: File): Promise<MediaInfo>;
  /** @param wanted BCP-47: of cues in two languages, this one counts */
  inspectSubtitles(name: string, bytes: Uint8Array, wanted: readonly string[]): Promise<SubtitlesInfo>;
  survey(): Promise<Survey>;
  /** Dubs; an abort rejects with `job.cancelled` within a second, whatever it is doing. */
  dub(order: DubOrder, onEvent: (event: DubEvent) => void, signal: AbortSignal): Promise<DubOutcome>;
}

interface Running {
  readonly remote: Remote<PipelineWorker>;
  /** Rejects when the worker cannot go on; never resolves. */
  readonly lost: Promise<never>;
  end(): void;
}

/** The page's side of the pipeline's worker: starts it on first use, ends it when idle or stuck. */
export class PipelineBridge implements StudioBridge {
  #running: Running | undefined;
  #busy = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  inspect(file: File): Promise<MediaInfo> {
    return this.#call((remote) => remote.inspect(file));
  }

  inspectSubtitles(name: string, bytes: Uint8Array, wanted: readonly string[]): Promise<SubtitlesInfo> {
    return this.#call((remote) => remote.inspectSubtitles(name, bytes, wanted));
  }

  /** Runs one command of the worker and unpacks its reply. */
  async #call<T>(command: (remote: Remote<PipelineWorker>) => Promise<Reply<T>>): Promise<T> {
    const running = this.#start();
    this.#busy += 1;
    clearTimeout(this.#idle);
    try {
      return unpack(await Promise.race([command(running.remote), running.lost]));
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.#idle = setTimeout(() => this.#running?.end(), IDLE_MS);
    }
  }

  async survey(): Promise<Survey> {
    const { device, shipped } = await this.#call((remote) => remote.survey());
    return { device, shipped: new Set(shipped), light: isLight() };
  }

  async dub(order: DubOrder, onEvent: (event: DubEvent) => void, signal: AbortSignal): Promise<DubOutcome> {
    const running = this.#start();
    const unwatch = watchMemory((bytes) => void running.remote.noteMemory(bytes));
    let killer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      void running.remote.stop();
      killer = setTimeout(() => running.end(), STOP_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) throw new OctaviaError('job.cancelled');
      return await this.#call((remote) => remote.dub(order, proxy(onEvent)));
    } catch (thrown) {
      throw signal.aborted ? new OctaviaError('job.cancelled') : thrown;
    } finally {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
      unwatch();
    }
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const worker = new Worker(new URL('../host/pipeline.worker.ts', import.meta.url), {
      type: 'module',
      name: isLight() ? LIGHT : '',
    });
    const { promise: lost, reject } = Promise.withResolvers<never>();
    lost.catch(() => undefined);
    const end = (detail = 'The worker was ended.'): void => {
      worker.terminate();
      if (this.#running?.remote === remote) this.#running = undefined;
      reject(new OctaviaError('internal', detail));
    };
    worker.addEventListener('error', (event) => end(event.message || 'The pipeline could not be loaded.'));
    const remote = wrap<PipelineWorker>(worker);
    this.#running = { remote, lost, end: () => end() };
    return this.#running;
  }
}
