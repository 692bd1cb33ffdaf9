import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserInference } from '../../src/lib/host/inference.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { TINY_MODELS, tinyPipelineSuite } from './tiny-pipeline.suite.ts';

const models = filesOf(TINY_MODELS);
tinyPipelineSuite('Chromium', () => ({
  models,
  engines: createBrowserEngines(models),
  inference: createBrowserInference(models),
}));
