import { neededModels, predict } from './predict.ts';
import type { Plan, PlanDevice, PlanHere, PlanJob, PlanReason, Prediction } from './types.ts';
import { bitRateInWords, bytesInWords, durationInWords } from './words.ts';

/** Work that ends within this many seconds is done here: an upload would not help. */
const SHORT_SECONDS = 180;

/** Above this the user is told that it will be slow. */
const SLOW_SECONDS = 600;

/** Upload speed assumed until one is measured: 10 Mbit/s. */
const UPLOAD_BYTES_PER_SECOND = 1.25e6;

/** A GPU worker: seconds of work per second of video, and the wait before it starts. */
const CLOUD = { rtf: 0.1, startSeconds: 20 } as const;

/** A wasm heap ends at 2 GiB and the finished file is built in it; the rest is working space. */
const TAB_FILE_BYTES = 1.5e9;

/** Share of the device's memory that a job may take before others on the device suffer. */
const MEMORY_SHARE = { tab: 0.5, machine: 0.8 } as const;

/**
 * Decides where a job runs and says why. A pure function of the host's measurements. "Only on this device" always wins;
 * without a cloud everything runs here, and the warnings say what to expect.
 */
export function plan(job: PlanJob, device: PlanDevice, here: PlanHere): Plan {
  const prediction = predict(job, device, here);
  const cloudSeconds = here.cloud === undefined || job.onlyOnThisDevice ? undefined : inCloud(job, here);
  const reason = choose(job, device, here, prediction, cloudSeconds);
  return {
    where: reason.startsWith('cloud') ? 'cloud' : 'here',
    reason,
    message: inWords(reason, device, prediction, cloudSeconds) + assumption(reason, here),
    here: prediction,
    cloudSeconds,
    warnings: reason.startsWith('cloud') ? [] : warningsFor(job, device, here, prediction),
  };
}

function inCloud(job: PlanJob, here: PlanHere): number {
  const upload = job.bytes / uploadSpeed(here);
  return CLOUD.startSeconds + upload + job.seconds * CLOUD.rtf;
}

function uploadSpeed({ cloud }: PlanHere): number {
  return cloud?.uploadBytesPerSecond ?? UPLOAD_BYTES_PER_SECOND;
}

/** Added where the decision depends on an upload speed that nobody has measured. */
function assumption(reason: PlanReason, here: PlanHere): string {
  const known = here.cloud?.uploadBytesPerSecond !== undefined && !here.cloud.uploadIsGuess;
  if (known || (reason !== 'cloud.long' && reason !== 'here.no_slower')) return '';
  return ` That assumes an upload at ${bitRateInWords(uploadSpeed(here))}.`;
}

function choose(
  job: PlanJob,
  device: PlanDevice,
  here: PlanHere,
  prediction: Prediction,
  cloudSeconds: number | undefined,
): PlanReason {
  if (job.onlyOnThisDevice) return 'here.private';
  if (cloudSeconds === undefined) return 'here.no_cloud';
  if (neededModels(job, here).unserved.length > 0) return 'cloud.models';
  if (tooLarge(job, device)) return 'cloud.size';
  if (memoryShort(device, prediction)) return 'cloud.memory';
  if (prediction.seconds <= SHORT_SECONDS) return 'here.short';
  return prediction.seconds > cloudSeconds ? 'cloud.long' : 'here.no_slower';
}

function tooLarge(job: PlanJob, device: PlanDevice): boolean {
  return device.kind === 'tab' && job.bytes > TAB_FILE_BYTES;
}

function memoryShort(device: PlanDevice, prediction: Prediction): boolean {
  if (device.memoryBytes === undefined) return false;
  return prediction.memoryBytes > device.memoryBytes * MEMORY_SHARE[device.kind];
}

function inWords(
  reason: PlanReason,
  device: PlanDevice,
  { seconds, memoryBytes }: Prediction,
  cloudSeconds: number | undefined,
): string {
  const place = device.kind === 'tab' ? 'in this tab' : 'on this machine';
  const time = durationInWords(seconds);
  const cloudTime = durationInWords(cloudSeconds ?? 0);
  switch (reason) {
    case 'here.private':
      return `Runs ${place}, because nothing may leave this device. Expect ${time}.`;
    case 'here.no_cloud':
      return `Runs ${place}; nothing leaves this device. Expect ${time}.`;
    case 'here.short':
      return `Runs ${place}: it takes only ${time}, so an upload would not help.`;
    case 'here.no_slower':
      return `Runs ${place} in ${time}; with its upload the cloud would take ${cloudTime}.`;
    case 'cloud.long':
      return `Runs in the cloud: ${cloudTime} with the upload, against ${time} ${place}.`;
    case 'cloud.memory':
      return `Runs in the cloud: ${place} it would need ${bytesInWords(memoryBytes)} of memory, too much here.`;
    case 'cloud.size':
      return 'Runs in the cloud: the file is too large to be put together in a tab.';
    case 'cloud.models':
      return 'Runs in the cloud: the models here do not cover these languages.';
  }
}

function warningsFor(
  job: PlanJob,
  device: PlanDevice,
  here: PlanHere,
  prediction: Prediction,
): Plan['warnings'] {
  const warnings: Plan['warnings'][number][] = [];
  const { unserved } = neededModels(job, here);
  if (unserved.length > 0) {
    const stages = unserved.join(', ');
    warnings.push({ code: 'plan.models_unavailable', message: `No model here for: ${stages}.` });
  }
  if (prediction.fetchBytes > 0) {
    const size = bytesInWords(prediction.fetchBytes);
    warnings.push({ code: 'plan.fetch', message: `Models of ${size} have to be downloaded first.` });
  }
  if (prediction.seconds > SLOW_SECONDS) {
    warnings.push({
      code: 'plan.slow',
      message: `This will be slow: ${durationInWords(prediction.seconds)}.`,
    });
  }
  if (tooLarge(job, device)) {
    const message = 'The file may be too large for a tab; the command line has no such limit.';
    warnings.push({ code: 'plan.size', message });
  }
  if (memoryShort(device, prediction)) {
    const message = `May run out of memory: needs about ${bytesInWords(prediction.memoryBytes)}.`;
    warnings.push({ code: 'plan.memory', message });
  }
  // The output, and as much again for work in progress.
  if (device.freeStorageBytes !== undefined && device.freeStorageBytes < job.bytes * 2) {
    const free = bytesInWords(device.freeStorageBytes);
    warnings.push({ code: 'plan.storage', message: `Only ${free} of space is left.` });
  }
  if (job.videoCodec !== undefined && device.playableCodecs?.includes(job.videoCodec) === false) {
    const message = `This browser cannot show ${job.videoCodec} video; the dubbed file is complete anyway.`;
    warnings.push({ code: 'plan.preview', message });
  }
  return warnings;
}
