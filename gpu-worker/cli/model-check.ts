import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFilePath, throwIfAborted, type ModelEntry, type ModelFile } from '@octavia/pipeline';

export type FileState = 'ok' | 'missing' | 'damaged';

/** Whether every file is there with its size; the content is not read. */
export async function isInstalled(model: ModelEntry, folder: string): Promise<boolean> {
  for (const file of model.files) {
    const info = await stat(join(folder, modelFilePath(model, file))).catch(() => undefined);
    if (info?.size !== file.bytes) return false;
  }
  return true;
}

/** Reads every file of a model and compares size and SHA-256 with the catalogue. */
export async function checkModel(
  model: ModelEntry,
  folder: string,
  signal: AbortSignal,
): Promise<{ file: ModelFile; state: FileState }[]> {
  const states = [];
  for (const file of model.files) {
    throwIfAborted(signal);
    states.push({ file, state: await stateOf(join(folder, modelFilePath(model, file)), file) });
  }
  return states;
}

async function stateOf(path: string, file: ModelFile): Promise<FileState> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(part);
      bytes += part.length;
    }
  } catch {
    return 'missing';
  }
  return bytes === file.bytes && hash.digest('hex') === file.sha256 ? 'ok' : 'damaged';
}
