import { OctaviaError } from '@octavia/pipeline/errors';
import type { Host, Inference, ModelFiles } from '@octavia/pipeline';
import { createInference } from '../../../gpu-worker/adapters/inference.ts';

/** One run of a graph, as a test may want to look at it. */
export interface RunRecord {
  readonly file: string;
  readonly rows: number;
}

/** A host with nothing but model files, given by path, and Node's inference over them. */
export function graphHost(
  read: (file: string) => Uint8Array | undefined,
  runs: RunRecord[] = [],
): Pick<Host, 'models' | 'inference'> {
  const models: ModelFiles = {
    installed: () => Promise.resolve(true),
    read(model, file) {
      const bytes = read(file);
      if (bytes === undefined)
        return Promise.reject(new OctaviaError('model.missing', `${model.id}/${file}`));
      return Promise.resolve(bytes);
    },
  };
  const node = createInference(models);
  const inference: Inference = {
    async open(model, file, devices, signal) {
      const session = await node.open(model, file, devices, signal);
      return {
        ...session,
        run(feeds, fetches) {
          runs.push({ file, rows: feeds['input_ids']?.dims[0] ?? 0 });
          return session.run(feeds, fetches);
        },
      };
    },
  };
  return { models, inference };
}
