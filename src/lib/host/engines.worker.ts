import { expose, transferHandlers } from 'comlink';
import type * as Ort from 'onnxruntime-web';
import type { EnginePlatform } from '@octavia/pipeline/families/engine';
import { serveEngine } from '@octavia/pipeline/engines/serve';
import { keepErrorCodes } from '@octavia/pipeline/seam';
import { countNetwork } from './network.ts';
import { configureWasm, PROVIDERS, usableDevices, webGpuWasm } from './onnx-runtime.ts';

countNetwork(globalThis);
keepErrorCodes(transferHandlers);

const platform: EnginePlatform = {
  async importGlue(address) {
    const loaded = (await import(/* @vite-ignore */ address)) as { default: unknown };
    return loaded.default;
  },
  usable: usableDevices,
  providers: {
    webgpu: { name: 'webgpu', provider: PROVIDERS.webgpu },
    cpu: { name: 'wasm', provider: PROVIDERS.cpu },
    // Never usable in a browser.
    cuda: { name: 'wasm', provider: PROVIDERS.cpu },
  },
  sessionOptions: {},
  async open(graph, devices) {
    const { openGraph } = await import('./inference.ts');
    return openGraph(graph, devices);
  },
  async configure(environment) {
    configureWasm((environment as Ort.Env).wasm, await webGpuWasm());
  },
};

expose(serveEngine(platform));
