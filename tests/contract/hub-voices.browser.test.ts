import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { HUB_VOICES, hubVoicesSuite } from './hub-voices.suite.ts';

const files = filesOf(HUB_VOICES, createBrowserModels());
for (const device of ['cpu', 'webgpu'] as const) {
  hubVoicesSuite('web workers', () => createBrowserEngines(files), device);
}
