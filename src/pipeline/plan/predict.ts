import { modelBytes, type ModelEntry, type ModelStage } from '../catalogue.ts';
import { bestHere, draftsInto, offersFor } from '../choose.ts';
import type { StageName } from '../report.ts';
import type { PlanDevice, PlanHere, PlanJob, Prediction } from './types.ts';

const MIB = 2 ** 20;

/** Share of a video during which somebody speaks, when nothing better is known (a cautious guess). */
const SPEECH_SHARE = 0.8;

/**
 * Seconds of work per second of video for the stages without a model, on the reference machine: 60 s of 720p took 0.3 s
 * to extract and 3.2–4.0 s to mux with ffmpeg.wasm, hardly less natively (measured 2026-11).
 */
const ARITHMETIC = { demux: 0.005, mix: 0.02, mux: 0.065 } as const;

/** The first use of ffmpeg.wasm compiles 32 MB (measured: 0.9 s). */
const TAB_START_SECONDS = 1;

/** Memory of the host itself: ffmpeg.wasm peaks at 345 MB in a tab; Node starts at about 90 MB. */
const HOST_BYTES = { tab: 345 * MIB, machine: 90 * MIB } as const;

/** Sound is read in blocks; those in memory at once last about this long, as 32-bit floats. */
const SECONDS_IN_MEMORY = 90;

/** On one core, engine and host take turns; a guess between no loss and half the speed. */
const SINGLE_CORE_LOSS = 1.5;

/** The least gain of a hardware WebGPU adapter over wasm: cautious, until measured on the device itself. */
const WEBGPU_GAIN = 2;

/** The report's stage that a model's work counts towards. */
const REPORTED: Readonly<Record<ModelStage, StageName>> = {
  vad: 'vad',
  recognise: 'recognise',
  diarise: 'diarise',
  embed: 'diarise',
  translate: 'translate',
  synthesise: 'synthesise',
  stretch: 'fit',
  separate: 'separate',
};

/** Stages that process the whole file; the others only its speech. */
const WHOLE_FILE: ReadonlySet<ModelStage> = new Set(['vad', 'diarise']);

interface NeededStage {
  readonly stage: ModelStage;
  /** The job continues without this stage if no model is installed. */
  readonly optional?: true;
  readonly languages: { source?: string; target?: string };
}

function neededStages(job: PlanJob): NeededStage[] {
  const source = job.source === 'auto' ? {} : { source: job.source };
  const needed: NeededStage[] = [
    { stage: 'vad', languages: {} },
    { stage: 'diarise', languages: {}, optional: true },
    { stage: 'embed', languages: {}, optional: true },
  ];
  if (job.subtitles === 'none') needed.push({ stage: 'recognise', languages: source });
  if (job.subtitles !== 'target') {
    needed.push({ stage: 'translate', languages: { ...source, target: job.target } });
  }
  needed.push({ stage: 'synthesise', languages: { target: job.target } });
  needed.push({ stage: 'stretch', languages: {} });
  if (job.background === 'keep') needed.push({ stage: 'separate', languages: {}, optional: true });
  return needed;
}

/**
 * The model that would serve a stage: the best one installed, else the one a pull would fetch.
 * @param hears the job's recogniser: if it is installed and drafts into the target, nothing has to be fetched to
 * translate
 */
function modelFor(
  { stage, languages, optional }: NeededStage,
  job: PlanJob,
  here: PlanHere,
  hears: ModelEntry | undefined,
) {
  const installed = bestHere(here, job.pack, stage, languages);
  if (installed !== undefined || optional) return installed;
  const drafts = stage === 'translate' && hears !== undefined && draftsInto(hears, job.target);
  if (drafts && here.installed.has(hears.id)) return hears;
  return offersFor(here.catalogue, job.pack, stage, languages).fetch?.model ?? (drafts ? hears : undefined);
}

/** The models the job would use here, and the stages no model of the pack can serve. */
export function neededModels(
  job: PlanJob,
  here: PlanHere,
): { models: Map<ModelStage, ModelEntry>; unserved: ModelStage[] } {
  const models = new Map<ModelStage, ModelEntry>();
  const unserved: ModelStage[] = [];
  for (const needed of neededStages(job)) {
    const model = modelFor(needed, job, here, models.get('recognise'));
    if (model !== undefined) models.set(needed.stage, model);
    else if (!needed.optional) unserved.push(needed.stage);
  }
  return { models, unserved };
}

/** Time and memory of the job on this device, from the catalogue's figures and the device's measured speed. */
export function predict(job: PlanJob, device: PlanDevice, here: PlanHere): Prediction {
  const { models } = neededModels(job, here);
  const speech = Math.min(job.speechSeconds ?? job.seconds * SPEECH_SHARE, job.seconds);
  const factor = (device.workloadFactor ?? 1) * (device.cores < 2 ? SINGLE_CORE_LOSS : 1);
  const stages: Partial<Record<StageName, number>> = {};
  for (const stage of ['demux', 'mix', 'mux'] as const) {
    stages[stage] = job.seconds * ARITHMETIC[stage] * factor;
  }
  if (device.kind === 'tab') stages.demux = (stages.demux ?? 0) + TAB_START_SECONDS * factor;
  for (const [stage, model] of models) {
    const heard = WHOLE_FILE.has(stage) ? job.seconds : speech;
    const name = REPORTED[stage];
    stages[name] = (stages[name] ?? 0) + (model.rtf * heard * factor) / gpuGain(model, device);
  }
  const used = [...new Set(models.values())];
  return {
    seconds: Object.values(stages).reduce((sum, part) => sum + part, 0),
    stages,
    memoryBytes: memory(job, device, used),
    fetchBytes: used.filter(({ id }) => !here.installed.has(id)).reduce((sum, m) => sum + modelBytes(m), 0),
    models: used,
  };
}

/** A graph benefits from WebGPU when the catalogue asks for it and its largest file fits a buffer. */
function gpuGain(model: ModelEntry, { webgpu }: PlanDevice): number {
  const wanted = Object.values(model.graphs ?? {}).some(({ devices }) => devices.includes('webgpu'));
  if (!wanted || webgpu === undefined || webgpu.software) return 1;
  return Math.max(...model.files.map(({ bytes }) => bytes)) <= webgpu.maxBufferBytes ? WEBGPU_GAIN : 1;
}

/**
 * One big model at a time, plus the host's own needs and the sound. In a tab, ffmpeg holds all it has decoded at once,
 * and the finished file.
 */
function memory(job: PlanJob, device: PlanDevice, models: readonly ModelEntry[]): number {
  const seconds = SECONDS_IN_MEMORY + (device.kind === 'tab' ? job.seconds : 0);
  const pcm = seconds * (job.sampleRate ?? 48_000) * (job.channels ?? 2) * 4;
  const largest = Math.max(0, ...models.map(({ memoryBytes }) => memoryBytes));
  const output = device.kind === 'tab' ? job.bytes : 0;
  return Math.round(HOST_BYTES[device.kind] + pcm + largest + output);
}
