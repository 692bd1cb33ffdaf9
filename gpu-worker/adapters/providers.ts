import type { InferenceSession } from 'onnxruntime-node';
import type { Device } from '@octavia/pipeline';

/** ONNX Runtime's execution provider for each device. */
export const PROVIDERS = {
  cuda: { name: 'cuda' },
  // The default layout computes some convolutions wrongly (Silero's among them; microsoft/onnxruntime#29651).
  webgpu: { name: 'webgpu', preferredLayout: 'NCHW' },
  cpu: { name: 'cpu' },
} as const satisfies Readonly<Record<Device, InferenceSession.ExecutionProviderConfig>>;
