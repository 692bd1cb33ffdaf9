import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OctaviaError } from '@octavia/pipeline/errors';

export interface Scratch {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * A hidden folder beside the file to be written, so that the finished file gets its name by one rename. `remove`
 * deletes it, and so does the end of the process.
 */
export async function scratchBeside(file: string): Promise<Scratch> {
  const parent = dirname(file);
  const folder = await mkdtemp(join(parent, '.octavia-')).catch((cause: unknown) => {
    throw new OctaviaError('storage.failed', `Cannot write to ${parent}.`, { cause });
  });
  const atExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', atExit);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      process.off('exit', atExit);
    },
  };
}
