import { parentPort } from 'node:worker_threads';
import type { EnginePlatform } from '@octavia/pipeline/engines/engine';
import { serveEngine } from '@octavia/pipeline/engines/serve';
import type { EngineCall, EngineReply } from './engines-protocol.ts';
import { PROVIDERS } from './providers.ts';

const platform: EnginePlatform = {
  async importGlue(address) {
    const loaded = (await import(address)) as { default: unknown };
    return loaded.default;
  },
  // Loaded when first needed: most engines run no graphs.
  async usable(devices) {
    const { usableDevices } = await import('./inference.ts');
    return usableDevices(devices);
  },
  providers: {
    cuda: { name: 'cuda', provider: PROVIDERS.cuda },
    webgpu: { name: 'webgpu', provider: PROVIDERS.webgpu },
    cpu: { name: 'cpu', provider: PROVIDERS.cpu },
  },
  configure: () => Promise.resolve(),
};

const engine = serveEngine(platform);

function perform(call: EngineCall): Promise<unknown> {
  switch (call.name) {
    case 'load':
      return engine.load(...call.args);
    case 'detect':
      return engine.detect(...call.args);
    case 'recognise':
      return engine.recognise(...call.args);
    case 'learn':
      return engine.learn(...call.args);
    case 'speak':
      return engine.speak(...call.args);
    case 'stretch':
      return engine.stretch(...call.args);
  }
}

async function answer(call: EngineCall): Promise<EngineReply> {
  try {
    return { id: call.id, ok: true, value: await perform(call) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { id: call.id, ok: false, message };
  }
}

parentPort?.on('message', (call: EngineCall) => {
  void answer(call).then((reply) => parentPort?.postMessage(reply));
});
