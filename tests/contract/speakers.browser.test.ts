import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserInference } from '../../src/lib/host/inference.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { speakersSuite } from './speakers.suite.ts';

const engines = createBrowserEngines(createBrowserModels());

speakersSuite('onnxruntime-web', () => ({ engines, inference: createBrowserInference }));
