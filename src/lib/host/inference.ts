import type * as Ort from 'onnxruntime-web';
import { portTensor } from '@octavia/pipeline/graph/runtime-tensor';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import type { Device, Inference, ModelFiles, Session, Tensor } from '@octavia/pipeline/ports';
import { configureWasm, PROVIDERS, usableDevices, webGpuWasm, type BrowserDevice } from './onnx-runtime.ts';

type Runtime = typeof Ort;
/** Wasm runs block this worker; after this long it handles its messages (such as an abort), in ms. */
const LONGEST_HOLD = 50;

const runtimes = new Map<BrowserDevice, Promise<Runtime>>();

/** ONNX graphs with onnxruntime-web; made and used inside a worker. */
export function createBrowserInference(models: ModelFiles): Inference {
  return {
    async open(model, file, devices, signal) {
      const bytes = await models.read(model, file, signal);
      const opened = await openFirst(bytes, await usableDevices(devices), model.title);
      if (signal.aborted) await opened.session.release();
      throwIfAborted(signal);
      return portSession(opened.runtime, opened.session, opened.device);
    },
  };
}

/** A graph for an engine. */
export async function openGraph(bytes: Uint8Array, devices: readonly Device[]): Promise<Session> {
  const opened = await openFirst(bytes, await usableDevices(devices), 'the graph');
  return portSession(opened.runtime, opened.session, opened.device);
}

async function openFirst(
  bytes: Uint8Array,
  devices: readonly BrowserDevice[],
  title: string,
): Promise<{ runtime: Runtime; session: Ort.InferenceSession; device: Device }> {
  let failure: unknown;
  for (const device of devices) {
    try {
      const runtime = await loadRuntime(device);
      const session = await runtime.InferenceSession.create(bytes, {
        executionProviders: [PROVIDERS[device]],
        logSeverityLevel: 3,
      });
      return { runtime, session, device };
    } catch (thrown) {
      failure = thrown;
    }
  }
  const detail = failure instanceof Error ? failure.message : String(failure);
  throw new OctaviaError('model.failed', `${title}: ${detail}`, { cause: failure });
}

/** The smallest build that supports the device (14 MB without WebGPU, 27 with), loaded on first use. */
function loadRuntime(device: BrowserDevice): Promise<Runtime> {
  const known = runtimes.get(device);
  if (known !== undefined) return known;
  const loading = device === 'webgpu' ? loadWebGpu() : loadWasm();
  runtimes.set(device, loading);
  loading.catch(() => runtimes.delete(device));
  return loading;
}

async function loadWasm(): Promise<Runtime> {
  const [runtime, wasm, mjs] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
  ]);
  return configured(runtime, wasm.default, mjs.default);
}

async function loadWebGpu(): Promise<Runtime> {
  const [runtime, files] = await Promise.all([import('onnxruntime-web/webgpu'), webGpuWasm()]);
  return configured(runtime, files.wasm, files.mjs);
}

function configured(runtime: Runtime, wasm: string, mjs: string): Runtime {
  configureWasm(runtime.env.wasm, { wasm, mjs });
  return runtime;
}

function portSession(runtime: Runtime, session: Ort.InferenceSession, device: Device): Session {
  let heldSince = performance.now();
  return {
    device,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      if (performance.now() - heldSince > LONGEST_HOLD) {
        await new Promise((resolve) => setTimeout(resolve));
        heldSince = performance.now();
      }
      const inputs = mapValues(feeds, ({ type, data, dims }) => new runtime.Tensor(type, data, dims));
      try {
        const outputs = await session.run(inputs, [...(fetches ?? session.outputNames)]);
        return mapValues(outputs, (output) => received(output));
      } finally {
        for (const input of Object.values(inputs)) input.dispose();
      }
    },
    close: () => session.release(),
  };
}

function received(output: Ort.Tensor): Tensor {
  const tensor = portTensor(output);
  output.dispose();
  return tensor;
}

function mapValues<T, R>(values: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
