import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '../../adapters/store.ts';
import { createNodeHost, type NodeHost } from '../../host.ts';
import { modelsFolder } from '../call/places.ts';
import { scratchBeside } from './scratch.ts';

/** A host whose files are deleted after the call: for work whose only result is text. */
export async function withTemporaryHost<T>(work: (host: NodeHost) => Promise<T>): Promise<T> {
  const scratch = await scratchBeside(join(tmpdir(), 'text'));
  try {
    const host = await createNodeHost({
      models: modelsFolder(),
      scratch: join(scratch.folder, 'media'),
      store: createFolderStore(join(scratch.folder, 'work')),
    });
    try {
      return await work(host);
    } finally {
      host.close();
    }
  } finally {
    await scratch.remove();
  }
}
