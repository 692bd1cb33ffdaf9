import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { HUB_VOICES, hubVoicesSuite } from './hub-voices.suite.ts';

const files = filesOf(HUB_VOICES);
hubVoicesSuite('worker threads', () => createEngines(files, 'no folder'), 'cpu');
