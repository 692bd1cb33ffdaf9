import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { enginesSuite } from './engines.suite.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;

enginesSuite('processes', () => createEngines(createModelFiles(folder), folder));
