import type { ModelEntry, PackId } from '../catalogue.ts';
import type { Here } from '../choose.ts';
import type { StageName } from '../report.ts';
import type { DubWish } from '../wish.ts';

/** What is known about a job before it starts. */
export interface PlanJob {
  /** Length of the file in seconds. */
  readonly seconds: number;
  readonly bytes: number;
  /** Codec as ffmpeg names it; undefined for sound only. */
  readonly videoCodec: string | undefined;
  /** The sound as it is in the file; 48 kHz stereo is assumed when absent. */
  readonly sampleRate?: number;
  readonly channels?: number;
  /** Seconds of speech, known from subtitles or an earlier run; estimated from the length when absent. */
  readonly speechSeconds?: number;
  /** BCP-47, or 'auto'. */
  readonly source: string;
  readonly target: string;
  readonly pack: PackId | 'auto';
  /** The user's own subtitles: in the source language they save recognition, in the target language both. */
  readonly subtitles: 'none' | 'source' | 'target';
  /** What happens to the sound behind the voice; 'duck' when absent. */
  readonly background?: DubWish['background'];
  /** Absolute: nothing may leave the device, however long it takes. */
  readonly onlyOnThisDevice: boolean;
}

/** The device as its host sees it. */
export interface PlanDevice {
  readonly kind: 'tab' | 'machine';
  /** Logical cores. */
  readonly cores: number;
  /** Memory of the device in bytes, where known. */
  readonly memoryBytes: number | undefined;
  /** Space left for files in bytes, where known. */
  readonly freeStorageBytes: number | undefined;
  /** The adapter WebGPU offers; undefined without one. `software` is an adapter emulated on the processor. */
  readonly webgpu: { readonly maxBufferBytes: number; readonly software: boolean } | undefined;
  /** Time for the reference workload relative to the reference machine (measureWorkloadFactor); 2 is half as fast. */
  readonly workloadFactor: number | undefined;
  /** Video codecs it can play, as ffmpeg names them; undefined when not checked. */
  readonly playableCodecs?: readonly string[];
}

/** The available models. */
export interface PlanHere extends Here {
  /** The cloud, when one is configured. */
  readonly cloud:
    | {
        /** Upload speed, where known; assumed when absent. */
        readonly uploadBytesPerSecond?: number;
        /** It was not measured by an actual upload. */
        readonly uploadIsGuess?: true;
      }
    | undefined;
}

/** Stable: scripts and the page match on it. */
export type PlanReason =
  | 'here.private'
  | 'here.no_cloud'
  | 'here.short'
  | 'here.no_slower'
  | 'cloud.long'
  | 'cloud.memory'
  | 'cloud.size'
  | 'cloud.models';

export type PlanWarningCode =
  | 'plan.slow'
  | 'plan.memory'
  | 'plan.size'
  | 'plan.storage'
  | 'plan.models_unavailable'
  | 'plan.fetch'
  | 'plan.preview';

/** What to expect when the job runs on this device. */
export interface Prediction {
  /** Seconds of work for all stages, without the time to fetch models. */
  readonly seconds: number;
  /** Seconds per stage that has work to do. */
  readonly stages: Readonly<Partial<Record<StageName, number>>>;
  /** Peak memory in bytes. */
  readonly memoryBytes: number;
  /** Bytes of models still to be fetched. */
  readonly fetchBytes: number;
  readonly models: readonly ModelEntry[];
}

export interface Plan {
  readonly where: 'here' | 'cloud';
  readonly reason: PlanReason;
  /** The reason in words. */
  readonly message: string;
  /** What it would take on this device, even when the cloud is chosen. */
  readonly here: Prediction;
  /** Seconds it would take in the cloud, including the upload; undefined without a cloud or with privacy on. */
  readonly cloudSeconds: number | undefined;
  readonly warnings: readonly { readonly code: PlanWarningCode; readonly message: string }[];
}
