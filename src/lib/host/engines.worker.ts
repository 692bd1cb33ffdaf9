import { expose } from 'comlink';
import { serveEngine } from '@octavia/pipeline/engines/serve';
import { countNetwork } from './network.ts';

countNetwork(globalThis);

expose(
  serveEngine(async (address) => {
    const loaded = (await import(/* @vite-ignore */ address)) as { default: unknown };
    return loaded.default;
  }),
);
