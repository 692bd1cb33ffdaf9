import type * as Transformers from '@huggingface/transformers';
import type { Device } from '../ports.ts';
import type { EngineFiles, EngineLoad, EnginePlatform } from './engine.ts';

export type Library = typeof Transformers;
export type HubTensor = InstanceType<Library['Tensor']>;

/** The library's name for "the model whose files were given"; no hub is ever contacted. */
export const MODEL = 'given';
/** Only an address makes the library ask `env.fetch`, which refuses, and not the disk. */
const NOWHERE = 'https://files.invalid/';
/** How the library finds a graph of each number type (its table DEFAULT_DTYPE_SUFFIX_MAPPING, 4.3.1). */
const SUFFIXES: Readonly<Record<string, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** How the library loads a model's graphs; `dtype` per module, e.g. `{ encoder_model: 'fp16' }`. */
export interface Placement {
  readonly dtype: Readonly<Record<string, string>>;
  readonly device: string;
  readonly session_options: object;
  /** The number of weight files beside each graph, by the graph's name; absent for graphs without. */
  readonly use_external_data_format: Readonly<Record<string, number>>;
}

/**
 * `@huggingface/transformers`, which knows the layouts of hub models. It is loaded with the first such model and reads
 * only the files it is given, which were verified when read. Its caches, its downloads and the public server it takes
 * ONNX Runtime's wasm from are all switched off.
 */
async function openLibrary(files: EngineFiles, platform: EnginePlatform): Promise<Library> {
  const library = await import('@huggingface/transformers');
  const { env } = library;
  env.allowLocalModels = false;
  env.useFS = env.useFSCache = env.useBrowserCache = env.useWasmCache = false;
  env.remoteHost = NOWHERE;
  env.remotePathTemplate = '{model}/';
  env.fetch = () => Promise.resolve(new Response(null, { status: 404 }));
  env.useCustomCache = true;
  env.customCache = {
    match: (key: string) => Promise.resolve(given(files, key)),
    put: () => Promise.resolve(),
  };
  env.logLevel = library.LogLevel.NONE;
  await platform.configure(env.backends.onnx);
  return library;
}

function given(files: EngineFiles, key: string): Response | undefined {
  const path = key.startsWith(NOWHERE) ? key.slice(`${NOWHERE}${MODEL}/`.length) : undefined;
  const bytes = path === undefined ? undefined : files[path];
  return bytes && responseOf(bytes as Uint8Array<ArrayBuffer>);
}

/** A response that hands its bytes over without copying them. */
function responseOf({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Response {
  const whole = byteOffset === 0 && byteLength === buffer.byteLength;
  const given = whole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  const response = new Response(null, { headers: { 'content-length': String(byteLength) } });
  return Object.defineProperty(response, 'arrayBuffer', { value: () => Promise.resolve(given) });
}

/**
 * Opens a model on the first device that all its modules may run on and that accepts them.
 * @param open given where to place the modules
 */
export async function openOnDevice<Model>(
  load: EngineLoad,
  platform: EnginePlatform,
  open: (library: Library, placement: Placement) => Promise<Model>,
): Promise<{ library: Library; model: Model; device: Device }> {
  const library = await openLibrary(load.files, platform);
  let failure: unknown;
  for (const device of await platform.usable(wishes(load.graphs))) {
    try {
      const model = await open(library, placement(load, device, platform));
      forgetGraphs(load.files);
      return { library, model, device };
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw failure;
}

/** Do not keep a second copy of weights that ONNX Runtime has loaded. */
function forgetGraphs(files: EngineFiles): void {
  const graphs = Object.keys(files).filter((path) => /\.onnx(_data.*)?$/.test(path));
  for (const path of graphs) delete (files as Record<string, Uint8Array>)[path];
}

type Graphs = NonNullable<EngineLoad['graphs']>;

/** Devices, best first, on which every module has a graph. */
function wishes(graphs: Graphs = {}): Device[] {
  const devices = new Set(Object.values(graphs).flatMap((graph) => graph.devices));
  const modules = new Set(Object.entries(graphs).map(([path, { dtype }]) => moduleOf(path, dtype)));
  return [...devices].filter((device) => Object.keys(dtypes(graphs, device)).length === modules.size);
}

function placement({ graphs = {}, files }: EngineLoad, device: Device, platform: EnginePlatform): Placement {
  const { name, provider } = platform.providers[device];
  return {
    dtype: dtypes(graphs, device),
    device: name,
    session_options: { ...platform.sessionOptions, executionProviders: [provider] },
    use_external_data_format: weightFiles(Object.keys(graphs), files),
  };
}

/**
 * We set this because a repository's config.json may not: the weights of `onnx/a.onnx` are `onnx/a.onnx_data`,
 * `onnx/a.onnx_data_1` and so on.
 */
function weightFiles(graphs: readonly string[], files: EngineFiles): Record<string, number> {
  return Object.fromEntries(
    graphs.map((graph) => [
      graph.slice(graph.lastIndexOf('/') + 1),
      Object.keys(files).filter((path) => path.startsWith(`${graph}_data`)).length,
    ]),
  );
}

/** The number type of each module on a device: of the first graph that may run there. */
function dtypes(graphs: Graphs, device: Device): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, { devices, dtype }] of Object.entries(graphs)) {
    if (devices.includes(device)) found[moduleOf(path, dtype)] ??= dtype;
  }
  return found;
}

/** `onnx/encoder_model_quantized.onnx` of type q8 → `encoder_model`. */
function moduleOf(path: string, dtype: string): string {
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.onnx$/, '') ?? path;
  const suffix = SUFFIXES[dtype];
  if (suffix === undefined || !name.endsWith(suffix)) {
    throw new Error(`${path} is not named like a graph of type ${dtype}`);
  }
  return name.slice(0, name.length - suffix.length);
}
