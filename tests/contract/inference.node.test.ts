import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { inferenceSuite } from './inference.suite.ts';
import { SILERO_REFERENCE } from '../support/models/silero-reference.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;

function hosts(): {
  inference: ReturnType<typeof createInference>;
  engines: ReturnType<typeof createEngines>;
} {
  const models = createModelFiles(folder);
  return { inference: createInference(models), engines: createEngines(models, folder) };
}

inferenceSuite('onnxruntime-node', hosts, SILERO_REFERENCE);
