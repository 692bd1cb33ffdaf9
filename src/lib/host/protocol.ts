import type { DubEvent, DubRequest, DubResult } from '@octavia/pipeline/job';
import type { ErrorData } from '@octavia/pipeline/errors';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import type { PlanDevice } from '@octavia/pipeline/plan/types';

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

/** What the pipeline's worker should dub; the file itself is in the job's folder. */
export type DubOrder = Omit<DubRequest, 'input'> & { readonly inputName: string };

/** A finished dub; the file itself is in the job's folder. */
export interface DubOutcome {
  readonly outputName: string;
  readonly report: DubResult['report'];
  readonly subtitles: DubResult['subtitles'];
}

export interface SubtitlesInfo {
  readonly language: string | undefined;
  readonly lines: number;
  /** Seconds of speech. */
  readonly speechSeconds: number;
}

/** What the page may ask of the pipeline's worker (pipeline.worker.ts). */
export interface PipelineWorker {
  /** Opens a file just far enough to plan. */
  inspect(file: File): Promise<Reply<MediaInfo>>;
  inspectSubtitles(name: string, bytes: Uint8Array, wanted: readonly string[]): Promise<Reply<SubtitlesInfo>>;
  /** Device facts, and which of the models that come with Octavia are here. Measured once per worker. */
  survey(): Promise<Reply<{ device: PlanDevice; shipped: string[] }>>;
  dub(order: DubOrder, onEvent: (event: DubEvent) => void): Promise<Reply<DubOutcome>>;
  /** Aborts what is running. */
  stop(): void;
  /** Memory of the whole tab as the page measures it, in bytes (a worker cannot). */
  noteMemory(bytes: number): void;
}
