import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelEntry } from '@octavia/pipeline';
import { modelById } from '@octavia/pipeline/catalogue';
import { createFolderStore } from '../../gpu-worker/adapters/store.ts';
import { createNodeHost, type NodeHost } from '../../gpu-worker/host.ts';

/** A Node host over a folder that goes away with the measurement. */
export async function withHost<T>(work: (host: NodeHost, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-bench-'));
  const host = await createNodeHost({
    models: join(import.meta.dirname, '../../static/models'),
    scratch: join(folder, 'media'),
    store: createFolderStore(join(folder, 'store')),
  });
  try {
    return await work(host, folder);
  } finally {
    host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export function model(host: NodeHost, id: string): ModelEntry {
  const found = modelById(host.catalogue, id);
  if (found === undefined) throw new Error(`The catalogue has no ${id}.`);
  return found;
}

/** Best wall time of several runs in seconds: what the work takes when nothing else disturbs it. */
export async function bestOf(runs: number, work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await work();
    best = Math.min(best, (performance.now() - began) / 1000);
  }
  return best;
}
