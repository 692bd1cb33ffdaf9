import { expect, it } from 'vitest';
import type { Tensor } from '@octavia/pipeline/ports';
import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserInference } from '../../src/lib/host/inference.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { inferenceSuite } from './inference.suite.ts';
import { SILERO_REFERENCE } from '../support/models/silero-reference.ts';
import { starter } from '../support/models/starter.ts';

const models = createBrowserModels();
const hosts = { inference: createBrowserInference(models), engines: createBrowserEngines(models) };

inferenceSuite('onnxruntime-web', () => hosts, SILERO_REFERENCE);

it('computes the same on WebGPU, where there is an adapter', async ({ skip }) => {
  const signal = new AbortController().signal;
  const model = starter('silero-vad');
  const session = await hosts.inference.open(model, 'silero_vad_v5.onnx', ['webgpu', 'cpu'], signal);
  try {
    if (session.device !== 'webgpu') skip('this browser has no WebGPU adapter');
    const input = Float32Array.from({ length: 576 }, (_, i) => Math.sin(i / 7) * Math.exp(-i / 300));
    const outputs: Record<string, Tensor> = await session.run({
      input: { type: 'float32', data: input, dims: [1, 576] },
      state: { type: 'float32', data: new Float32Array(256), dims: [2, 1, 128] },
      sr: { type: 'int64', data: BigInt64Array.of(16000n), dims: [] },
    });
    const probability = Number(outputs['output']?.data[0]);
    expect(Math.abs(probability - (SILERO_REFERENCE[0] ?? NaN))).toBeLessThan(1e-3);
  } finally {
    await session.close();
  }
});
