import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { speakersSuite } from './speakers.suite.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;
const engines = createEngines(createModelFiles(folder), folder);

speakersSuite('onnxruntime-node', () => ({ engines, inference: createInference }));
