import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where fetched models came from: one note per model beside the store's files. For information only. */
export async function noteOrigin(store: string, model: string, source: string): Promise<void> {
  await mkdir(join(store, 'origins'), { recursive: true });
  await writeFile(join(store, 'origins', model), source);
}

/** In words: a host, "pip and npm", "a folder"; undefined where it was not noted. */
export function originOf(store: string, model: string): Promise<string | undefined> {
  return readFile(join(store, 'origins', model), 'utf8').catch(() => undefined);
}
