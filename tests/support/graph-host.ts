import { OctaviaError } from '@octavia/pipeline';
import type { Host, Inference, ModelFiles, Session, Tensor } from '@octavia/pipeline';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

/** One run of a graph, as a test may want to look at it. */
export interface RunRecord {
  readonly file: string;
  readonly rows: number;
}

/** A host with nothing but inference on the CPU, over files given by path. */
export function graphHost(read: (file: string) => Uint8Array | undefined, runs: RunRecord[] = []): Host {
  const models: ModelFiles = {
    installed: () => Promise.resolve(true),
    read(model, file) {
      const bytes = read(file);
      if (bytes === undefined)
        return Promise.reject(new OctaviaError('model.missing', `${model.id}/${file}`));
      return Promise.resolve(bytes);
    },
  };
  const inference: Inference = {
    async open(model, file, _devices, signal) {
      const session = await InferenceSession.create(await models.read(model, file, signal));
      return wrap(session, (rows) => runs.push({ file, rows }));
    },
  };
  return { models, inference } as Partial<Host> as Host;
}

function wrap(session: InferenceSession, ran: (rows: number) => void): Session {
  return {
    device: 'cpu',
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      ran(feeds['input_ids']?.dims[0] ?? 0);
      const tensors = Object.entries(feeds).map(([name, { type, data, dims }]) => [
        name,
        new OrtTensor(type as 'float32', data as Float32Array, dims),
      ]);
      const outputs = await session.run(
        Object.fromEntries(tensors) as Record<string, OrtTensor>,
        fetches ?? session.outputNames,
      );
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { type, data, dims }]) => [name, { type, data, dims } as Tensor]),
      );
    },
    close: () => session.release(),
  };
}
