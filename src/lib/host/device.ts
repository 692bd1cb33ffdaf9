import type { PlanDevice } from '@octavia/pipeline/plan/types';
import { measureWorkloadFactor } from '@octavia/pipeline/plan/workload';

const GIB = 2 ** 30;

/** What this browser reveals about the device, and its measured speed; takes about a tenth of a second. */
export async function surveyDevice(): Promise<PlanDevice> {
  const { usage = 0, quota } = await navigator.storage.estimate();
  const memory = (navigator as { deviceMemory?: number }).deviceMemory;
  return {
    kind: 'tab',
    cores: navigator.hardwareConcurrency,
    // Rounded by the browser and capped at 8 (Device Memory, W3C).
    memoryBytes: memory === undefined ? undefined : memory * GIB,
    freeStorageBytes: quota === undefined ? undefined : quota - usage,
    webgpu: await surveyWebgpu(),
    workloadFactor: measureWorkloadFactor({ now: () => performance.now() / 1000 }),
  };
}

/** The part of WebGPU used here: TypeScript's DOM library does not declare it. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly limits: { readonly maxBufferSize: number };
    readonly info?: {
      readonly vendor?: string;
      readonly architecture?: string;
      readonly isFallbackAdapter?: boolean;
    };
  } | null>;
}

async function surveyWebgpu(): Promise<PlanDevice['webgpu']> {
  const gpu = (navigator as { gpu?: Gpu }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter === undefined || adapter === null) return undefined;
  const software =
    adapter.info?.isFallbackAdapter === true || adapter.info?.architecture?.includes('swiftshader') === true;
  return { maxBufferBytes: adapter.limits.maxBufferSize, software };
}
