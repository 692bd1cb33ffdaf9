import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { tinyChatterbox } from '../fixtures/tiny/chatterbox.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { hubVoicesSuite } from './hub-voices.suite.ts';

const files = filesOf([tinySupertonic(), tinyChatterbox()]);
hubVoicesSuite('worker threads', () => createEngines(files, 'no folder'), 'cpu');
