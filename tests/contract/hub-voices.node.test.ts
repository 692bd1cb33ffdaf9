import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { HUB_VOICES, hubVoicesSuite } from './hub-voices.suite.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;
const files = filesOf(HUB_VOICES, createModelFiles(folder));
hubVoicesSuite('processes', () => createEngines(files, folder), 'cpu');
