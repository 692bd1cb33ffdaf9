import { modelsFor, type ModelEntry, type ModelStage, type PackId } from '../catalogue.ts';
import type { StageName } from '../report.ts';
import type { PlanDevice, PlanHere, PlanJob, Prediction } from './types.ts';

const MIB = 2 ** 20;

/** Share of a film or talk during which somebody speaks, when nothing better is known (a cautious guess). */
const SPEECH_SHARE = 0.8;

/**
 * Seconds of work per second of file for the stages without a model, on the reference machine: 60 s of 720p
 * took 0.3 s to extract and 3.2–4.0 s to mux with ffmpeg.wasm, hardly less natively (measured 2026-11).
 */
const ARITHMETIC = { demux: 0.005, mix: 0.02, mux: 0.065 } as const;

/** First use of ffmpeg.wasm compiles 32 MB (measured 0.9 s). */
const TAB_START_SECONDS = 1;

/** What the host itself takes: ffmpeg.wasm peaks at 345 MB in a tab; Node starts at about 90 MB. */
const HOST_BYTES = { tab: 345 * MIB, machine: 90 * MIB } as const;

/** Decoded source, dub track and finished mix, 32-bit floats: what is alive at the same time at most. */
const PCM_COPIES = 3;

/** On one core engine and host take turns; a guess between no loss and half the speed. */
const SINGLE_CORE_LOSS = 1.5;

/** What a hardware WebGPU adapter gains over wasm at least: cautious, until measured on the device itself. */
const WEBGPU_GAIN = 2;

interface NeededStage {
  readonly stage: ModelStage;
  readonly languages: { source?: string; target?: string };
}

function neededStages(job: PlanJob): NeededStage[] {
  const source = job.source === 'auto' ? {} : { source: job.source };
  const needed: NeededStage[] = [{ stage: 'vad', languages: {} }];
  if (job.subtitles === 'none') needed.push({ stage: 'recognise', languages: source });
  if (job.subtitles !== 'target') {
    needed.push({ stage: 'translate', languages: { ...source, target: job.target } });
  }
  needed.push({ stage: 'synthesise', languages: { target: job.target } });
  needed.push({ stage: 'stretch', languages: {} });
  return needed;
}

function modelsIn(pack: PackId, job: PlanJob, here: PlanHere): Map<ModelStage, ModelEntry> {
  const chosen = new Map<ModelStage, ModelEntry>();
  for (const { stage, languages } of neededStages(job)) {
    const offered = modelsFor(here.catalogue, pack, stage, languages);
    const model = offered.find((candidate) => here.installed.has(candidate.id)) ?? offered[0];
    if (model !== undefined) chosen.set(stage, model);
  }
  return chosen;
}

/** The models the job would use here, and the stages nobody in the pack can serve. */
export function neededModels(
  job: PlanJob,
  here: PlanHere,
): { models: Map<ModelStage, ModelEntry>; unserved: ModelStage[] } {
  const packs = job.pack === 'auto' ? here.catalogue.packs.map(({ id }) => id) : [job.pack];
  const stages = neededStages(job).map(({ stage }) => stage);
  const options = packs.map((pack) => modelsIn(pack, job, here));
  const models = options.find((option) => stages.every((stage) => option.has(stage))) ?? options[0];
  return {
    models: models ?? new Map<ModelStage, ModelEntry>(),
    unserved: stages.filter((stage) => models?.has(stage) !== true),
  };
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
    const heard = stage === 'vad' ? job.seconds : speech;
    stages[stage === 'stretch' ? 'fit' : stage] = (model.rtf * heard * factor) / gpuGain(model, device);
  }
  const used = [...models.values()];
  return {
    seconds: Object.values(stages).reduce((sum, part) => sum + part, 0),
    stages,
    memoryBytes: memory(job, device, used),
    fetchBytes: used.filter(({ id }) => !here.installed.has(id)).reduce((sum, m) => sum + sizeOf(m), 0),
    models: used,
  };
}

/** A graph gains from WebGPU when the catalogue wants it there and its largest file fits a buffer. */
function gpuGain(model: ModelEntry, { webgpu }: PlanDevice): number {
  const wanted = Object.values(model.graphs ?? {}).some(({ devices }) => devices.includes('webgpu'));
  if (!wanted || webgpu === undefined || webgpu.software) return 1;
  return Math.max(...model.files.map(({ bytes }) => bytes)) <= webgpu.maxBufferBytes ? WEBGPU_GAIN : 1;
}

/** One big model at a time beside the host's own needs and the sound; a tab also holds the finished file. */
function memory(job: PlanJob, device: PlanDevice, models: readonly ModelEntry[]): number {
  const pcm = job.seconds * (job.sampleRate ?? 48_000) * (job.channels ?? 2) * 4 * PCM_COPIES;
  const largest = Math.max(0, ...models.map(({ memoryBytes }) => memoryBytes));
  const output = device.kind === 'tab' ? job.bytes : 0;
  return Math.round(HOST_BYTES[device.kind] + pcm + largest + output);
}

function sizeOf(model: ModelEntry): number {
  return model.files.reduce((sum, { bytes }) => sum + bytes, 0);
}
