import type { InferenceSession } from 'onnxruntime-node';
import type { Device } from '@octavia/pipeline';

/** ONNX Runtime's execution provider for each device. */
export const PROVIDERS = {
  cuda: { name: 'cuda' },
  // The default layout computes some convolutions wrongly (Silero's among them; microsoft/onnxruntime#29651).
  webgpu: { name: 'webgpu', preferredLayout: 'NCHW' },
  cpu: { name: 'cpu' },
} as const satisfies Readonly<Record<Device, InferenceSession.ExecutionProviderConfig>>;

/**
 * Threads that do not spin while they wait: on busy cores a step of Whisper's decoder then takes half the CPU time, and
 * a second of Kokoro's speech three quarters.
 */
export const RESTING = {
  extra: { session: { intra_op: { allow_spinning: '0' } } },
} as const satisfies InferenceSession.SessionOptions;

/** Also for Whisper's graphs: memory is not kept for the next run, and none is planned ahead. */
export const THRIFTY = {
  ...RESTING,
  enableCpuMemArena: false,
  enableMemPattern: false,
} as const satisfies InferenceSession.SessionOptions;
