import type { Made, ModelEntry } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import type { Contents } from './make.ts';
import type { PullPlatform } from './platform.ts';
import type { WantedFile } from './wanted.ts';

/**
 * Makes files of parts that are checked, and keeps those that are wanted.
 * Errors: `model.changed` when something else comes out than the catalogue says, `storage.*`.
 */
export async function makeAndKeep(
  platform: PullPlatform,
  { recipe, parts }: Made,
  contents: Contents,
  wanted: readonly WantedFile[],
  signal: AbortSignal,
): Promise<void> {
  const names = new Set(parts.map(({ name }) => name));
  const needed = new Map([...contents].filter(([name]) => names.has(name)));
  const asTheyAre = [...contents].filter(([name]) => !names.has(name));
  const made = needed.size === 0 ? [] : await platform.make(recipe, needed, signal);
  const files = new Map([...asTheyAre, ...made]);
  for (const file of wanted) {
    const bytes = files.get(file.path);
    if (bytes === undefined)
      throw new OctaviaError('model.changed', `${file.path} is not made of its parts.`);
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
    throw new OctaviaError('model.changed', `${file.path} comes out as another file (${sha256}).`);
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

/** Refuses parts that are not what the catalogue says. Errors: `model.changed`. */
export function requireParts(
  { title, made, files }: ModelEntry,
  contents: Contents,
  platform: Pick<PullPlatform, 'hash'>,
): void {
  for (const [name, bytes] of contents) {
    const part = made?.parts.find((candidate) => candidate.name === name);
    // Files that come as they are, are looked at when they are kept.
    if (part === undefined && files.some(({ path }) => path === name)) continue;
    if (part !== undefined && hashOf(platform, bytes) === part.sha256) continue;
    throw new OctaviaError('model.changed', `${name} of ${title} is not the part that is recorded.`);
  }
}

function hashOf(platform: Pick<PullPlatform, 'hash'>, bytes: Uint8Array): string {
  const whole = platform.hash();
  whole.update(bytes);
  return whole.hex();
}
