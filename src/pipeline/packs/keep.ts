import type { Made, ModelEntry } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { hashOf as nameOf } from '../hash.ts';
import { lackingOf } from './check.ts';
import type { Contents } from './make.ts';
import type { PullPlatform } from './platform.ts';
import type { PullEvent } from './progress.ts';
import type { WantedFile } from './wanted.ts';

/**
 * Makes a model's files, in one process at a time; the others wait and then find them here.
 * @param work gets the parts for the files still missing, and returns how many bytes were downloaded
 */
export async function oneMakes(
  { platform, model, onEvent }: Making,
  wanted: readonly WantedFile[],
  signal: AbortSignal,
  work: (lacking: readonly WantedFile[], tell: Tell) => Promise<number>,
): Promise<number> {
  const tell: Tell = (state, path = '') => onEvent({ type: 'file', model: model.id, path, state });
  const held = await platform.store.open(nameOf(`made ${model.id}`), signal, () => tell('waiting'));
  try {
    const lacking = await lackingOf(platform, wanted);
    const bytes = lacking.length === 0 ? 0 : await work(lacking, tell);
    if (lacking.length > 0) tell('done');
    return bytes;
  } finally {
    await held.close();
  }
}

export interface Making {
  readonly platform: PullPlatform;
  readonly model: ModelEntry;
  readonly onEvent: (event: PullEvent) => void;
}

type Tell = (state: 'waiting' | 'fetching' | 'making' | 'done', path?: string) => void;

/**
 * Makes files from checked parts, and keeps those that are wanted.
 * Errors: `model.changed` when the result is not what the catalogue says, `storage.*`.
 */
export async function makeAndKeep(
  platform: PullPlatform,
  made: Made,
  contents: Contents,
  wanted: readonly WantedFile[],
  signal: AbortSignal,
): Promise<void> {
  const names = new Set(made.parts.map(({ name }) => name));
  const needed = new Map([...contents].filter(([name]) => names.has(name)));
  const asTheyAre = [...contents].filter(([name]) => !names.has(name));
  const { recipe, options = {} } = made;
  const making = recipe !== undefined && needed.size > 0;
  const results = making ? await platform.make({ recipe, options }, needed, signal) : [];
  const files = new Map([...asTheyAre, ...results]);
  for (const file of wanted) {
    const bytes = files.get(file.path);
    if (bytes === undefined)
      throw new OctaviaError('model.changed', `${file.path} cannot be made from its parts.`);
    await keep(platform, file, bytes, signal);
  }
}

async function keep(
  platform: PullPlatform,
  file: WantedFile,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const sha256 = hashOf(platform, bytes);
  if (!file.pins.some((pin) => pin.sha256 === sha256)) {
    throw new OctaviaError('model.changed', `${file.path} came out as a different file (${sha256}).`);
  }
  const unfinished = await platform.store.open(file.name, signal);
  try {
    await unfinished.restart(undefined);
    await unfinished.append(bytes);
    await unfinished.commit(sha256);
  } finally {
    await unfinished.close();
  }
}

/** Refuses parts that differ from the catalogue. Errors: `model.changed`. */
export function requireParts(
  { title, made, files }: ModelEntry,
  contents: Contents,
  platform: Pick<PullPlatform, 'hash'>,
): void {
  for (const [name, bytes] of contents) {
    const part = made?.parts.find((candidate) => candidate.name === name);
    // Parts that are files themselves are checked when they are kept.
    if (part === undefined && files.some(({ path }) => path === name)) continue;
    if (part !== undefined && hashOf(platform, bytes) === part.sha256) continue;
    throw new OctaviaError('model.changed', `${name} of ${title} is not the recorded part.`);
  }
}

function hashOf(platform: Pick<PullPlatform, 'hash'>, bytes: Uint8Array): string {
  const whole = platform.hash();
  whole.update(bytes);
  return whole.hex();
}
