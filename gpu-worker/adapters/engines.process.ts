import type { EnginePlatform } from '@octavia/pipeline/families/engine';
import { serveEngine } from '@octavia/pipeline/engines/serve';
import { serveParent } from '../process/serve.ts';
import { PROVIDERS, RESTING } from './providers.ts';

const platform: EnginePlatform = {
  async importGlue(address) {
    const loaded = (await import(address)) as { default: unknown };
    return loaded.default;
  },
  // Loaded on first use: most engines run no graphs.
  async usable(devices) {
    const { usableDevices } = await import('./inference.ts');
    return usableDevices(devices);
  },
  providers: {
    cuda: { name: 'cuda', provider: PROVIDERS.cuda },
    webgpu: { name: 'webgpu', provider: PROVIDERS.webgpu },
    cpu: { name: 'cpu', provider: PROVIDERS.cpu },
  },
  sessionOptions: RESTING,
  async open(graph, devices) {
    const { openGraph } = await import('./inference.ts');
    return openGraph(graph, devices);
  },
  configure: () => Promise.resolve(),
};

serveParent(serveEngine(platform));
