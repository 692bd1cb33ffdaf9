import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { tinyChatterbox } from '../fixtures/tiny/chatterbox.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { tinySupertonic } from '../fixtures/tiny/supertonic.ts';
import { hubVoicesSuite } from './hub-voices.suite.ts';

const files = filesOf([tinySupertonic(), tinyChatterbox()]);
for (const device of ['cpu', 'webgpu'] as const) {
  hubVoicesSuite('web workers', () => createBrowserEngines(files), device);
}
