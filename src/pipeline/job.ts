import type { ErrorCode } from './errors.ts';
import type { Cue, OutputContainer } from './media-types.ts';
import type { Device, MediaFile } from './ports.ts';
import type { Report, StageName, Warning } from './report.ts';
import type { DubWish } from './wish.ts';

/** The input for finding out what is said in a file. */
export interface ListenRequest extends Pick<DubWish, 'source' | 'pack' | 'audioTrack' | 'subtitles'> {
  /** Names the job's place in the store; the same id with the same input resumes finished work. */
  readonly jobId: string;
  readonly input: MediaFile;
  readonly device: 'auto' | Device;
}

/** What the user asks for, and for which file. */
export interface DubRequest extends ListenRequest, DubWish {
  /** The result's container; chosen from the source when absent (media/container.ts). */
  readonly container?: OutputContainer;
}

export interface DubResult {
  readonly output: MediaFile;
  readonly report: Report;
  readonly subtitles: { readonly source: readonly Cue[]; readonly target: readonly Cue[] };
}

/** What a running dub reports to its host. Plain data, so it can cross worker boundaries. */
export type DubEvent =
  /** `fraction` 0…1 of this stage. */
  | {
      readonly type: 'stage';
      readonly stage: StageName;
      readonly state: 'running';
      readonly fraction: number;
    }
  | { readonly type: 'stage'; readonly stage: StageName; readonly state: 'done' | 'skipped' }
  /** Overall progress 0…1, and seconds left if known. */
  | { readonly type: 'progress'; readonly fraction: number; readonly secondsLeft: number | undefined }
  | { readonly type: 'detected'; readonly language: string; readonly confidence: number | undefined }
  | {
      readonly type: 'line';
      readonly id: string;
      readonly start: number;
      readonly end: number;
      readonly sourceText: string;
      readonly targetText: string | undefined;
    }
  | { readonly type: 'warning'; readonly warning: Warning };

/** A job as its host stores it; impossible states cannot be expressed. */
export type JobState =
  | { readonly kind: 'queued' }
  | {
      readonly kind: 'running';
      readonly stage: StageName;
      readonly fraction: number;
      readonly secondsLeft: number | undefined;
    }
  | { readonly kind: 'done'; readonly report: Report }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly detail: string | undefined }
  | { readonly kind: 'cancelled' }
  /** The tab or process went away while it ran; finished segments are kept. */
  | { readonly kind: 'interrupted' };
