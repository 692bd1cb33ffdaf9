import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { InferenceSession, listSupportedBackends, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Device, Inference, ModelFiles, Session, Tensor } from '@octavia/pipeline';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import { portTensor } from '@octavia/pipeline/graph/runtime-tensor';
import { PROVIDERS, THRIFTY } from './providers.ts';

/** ONNX Runtime's severity level for errors: its warnings about node placement mean nothing to a user. */
const ERRORS_ONLY = 3;

/** ONNX graphs through onnxruntime-node. */
export function createInference(models: ModelFiles): Inference {
  return {
    async open(model, file, devices, signal) {
      const bytes = await models.read(model, file, signal);
      const { session, device } = await openFirst(bytes, devices, model.title);
      if (signal.aborted) await session.release();
      throwIfAborted(signal);
      return wrap(session, device);
    },
  };
}

/** Devices that this installation can open, best first. 'cuda' needs its provider library beside the binding. */
export function supportedDevices(): Device[] {
  const names = new Set(listSupportedBackends().map((backend) => backend.name));
  const binding = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(binding), '..', 'bin', 'napi-v6', platform(), arch());
  const cuda = existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
  return [...(cuda ? ['cuda' as const] : []), ...(names.has('webgpu') ? ['webgpu' as const] : []), 'cpu'];
}

/** The requested devices this installation has; 'cpu' always comes last. */
export function usableDevices(devices: readonly Device[]): Device[] {
  const supported = supportedDevices();
  return [...devices.filter((device) => device !== 'cpu' && supported.includes(device)), 'cpu'];
}

/** A graph for an engine. */
export async function openGraph(bytes: Uint8Array, devices: readonly Device[]): Promise<Session> {
  const { session, device } = await openFirst(bytes, devices, 'the graph', THRIFTY);
  return wrap(session, device);
}

async function openFirst(
  bytes: Uint8Array,
  devices: readonly Device[],
  title: string,
  options: InferenceSession.SessionOptions = {},
): Promise<{ session: InferenceSession; device: Device }> {
  let failure: unknown;
  for (const device of usableDevices(devices)) {
    try {
      const session = await InferenceSession.create(bytes, {
        executionProviders: [PROVIDERS[device]],
        logSeverityLevel: ERRORS_ONLY,
        ...options,
      });
      return { session, device };
    } catch (thrown) {
      failure = thrown;
    }
  }
  const detail = failure instanceof Error ? failure.message : String(failure);
  throw new OctaviaError('model.failed', `${title}: ${detail}`, { cause: failure });
}

function wrap(session: InferenceSession, device: Device): Session {
  return {
    device,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)] as const),
      );
      const outputs = await session.run(inputs, [...(fetches ?? session.outputNames)]);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [name, portTensor(output)] as const),
      );
    },
    close: () => session.release(),
  };
}

function toOrt(tensor: Tensor): OrtTensor {
  return new OrtTensor(tensor.type, tensor.data, tensor.dims);
}
