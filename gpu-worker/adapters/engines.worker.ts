import { parentPort } from 'node:worker_threads';
import { serveEngine } from '@octavia/pipeline/engines/serve';
import type { EngineCall, EngineReply } from './engines-protocol.ts';

const engine = serveEngine(async (address) => {
  const loaded = (await import(address)) as { default: unknown };
  return loaded.default;
});

function perform(call: EngineCall): Promise<unknown> {
  switch (call.name) {
    case 'load':
      return engine.load(...call.args);
    case 'recognise':
      return engine.recognise(...call.args);
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
