import { createBrowserEngines } from '../../src/lib/host/engines.ts';
import { createBrowserModels } from '../../src/lib/host/models.ts';
import { enginesSuite } from './engines.suite.ts';

enginesSuite('web workers', () => createBrowserEngines(createBrowserModels()));
