import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { whisperSuite } from './whisper.suite.ts';

whisperSuite('processes', () => createEngines(filesOf([tinyWhisper()]), 'no folder'), ['cpu']);
