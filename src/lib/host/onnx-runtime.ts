import type * as Ort from 'onnxruntime-web';
import type { Device } from '@octavia/pipeline/ports';

export type BrowserDevice = Exclude<Device, 'cuda'>;

export const PROVIDERS = {
  // The default layout computes some convolutions wrongly (Silero's among them; microsoft/onnxruntime#29651).
  webgpu: { name: 'webgpu', preferredLayout: 'NCHW' },
  cpu: { name: 'wasm' },
} as const satisfies Readonly<Record<BrowserDevice, Ort.InferenceSession.ExecutionProviderConfig>>;

/** More threads than this do not help for models that fit in a tab. */
const MOST_THREADS = 4;

/** The requested devices this browser has; 'cpu' always comes last. */
export async function usableDevices(devices: readonly Device[]): Promise<BrowserDevice[]> {
  const best = devices.find((device) => device !== 'cuda');
  return best === 'webgpu' && (await hasWebGpu()) ? ['webgpu', 'cpu'] : ['cpu'];
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<object | null> } };
  try {
    return ((await gpu?.requestAdapter()) ?? null) !== null;
  } catch {
    return false;
  }
}

/** The addresses of an ONNX Runtime build's wasm and of the module that starts it. */
export interface WasmFiles {
  readonly wasm: string;
  readonly mjs: string;
}

/** The build that can do WebGPU, on our own origin. */
export async function webGpuWasm(): Promise<WasmFiles> {
  const [wasm, mjs] = await Promise.all([
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url'),
  ]);
  return { wasm: wasm.default, mjs: mjs.default };
}

export function configureWasm(settings: Ort.Env.WebAssemblyFlags, { wasm, mjs }: WasmFiles): void {
  const absolute = (url: string): string => new URL(url, globalThis.location.href).href;
  settings.wasmPaths = { wasm: absolute(wasm), mjs: absolute(mjs) };
  // Half of the cores: the engines and the page need the others.
  const cores = Math.floor(navigator.hardwareConcurrency / 2);
  settings.numThreads = globalThis.crossOriginIsolated ? Math.max(1, Math.min(MOST_THREADS, cores)) : 1;
}
