import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { whisperSuite } from './whisper.suite.ts';

whisperSuite('web workers', () => createBrowserEngines(filesOf([tinyWhisper()])), ['cpu', 'webgpu']);
