import type { Made, ModelEntry } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { EMPTY_LOCK } from '../lock.ts';
import { lackingOf } from './check.ts';
import { fromHost, type HostPull } from './host.ts';
import { makeAndKeep, oneMakes } from './keep.ts';
import { refusalOfSource, type Outcome } from './outcome.ts';
import type { PackStore } from './platform.ts';
import { isOnHub, wantedFiles, type WantedFile } from './wanted.ts';

type MadeFromHub = ModelEntry & { readonly made: Made & { readonly fromHub: NonNullable<Made['fromHub']> } };

/** Whether a hub has this model's parts instead of its files. */
export function isMadeFromHub(model: ModelEntry): model is MadeFromHub {
  return model.hub !== undefined && model.made?.fromHub !== undefined;
}

/** Fetches the parts of one model from a host and makes its files from them; the parts are not kept. */
export async function fromHubParts(
  pulling: HostPull,
  model: MadeFromHub,
  wanted: readonly WantedFile[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { platform, onEvent } = pulling;
  const none = { fetched: 0, bytes: 0, learned: [] };
  try {
    const bytes = await oneMakes({ platform, model, onEvent }, wanted, signal, async (lacking, tell) => {
      const { fromHub, parts } = model.made;
      const files = parts.map(({ name, ...pin }) => ({ path: fromHub[name] ?? name, ...pin }));
      const asked = wantedFiles([{ ...model, graphs: {}, files }], EMPTY_LOCK).filter(isOnHub);
      const outcome = await fromHost(pulling, await lackingOf(platform, asked), signal);
      const refusal = outcome.refused.get(model.id);
      if (refusal !== undefined) throw refusal;
      tell('making');
      const contents = new Map<string, Uint8Array>();
      for (const part of parts) contents.set(part.name, await whole(platform.store, part.sha256, signal));
      await makeAndKeep(platform, model.made, contents, lacking, signal);
      await dropParts(platform.store, model);
      return outcome.bytes;
    });
    return { ...none, fetched: bytes === 0 ? 0 : wanted.length, bytes, refused: new Map() };
  } catch (thrown) {
    return { ...none, refused: new Map([[model.id, refusalOfSource(thrown, signal)]]) };
  }
}

/** A part that is also a file is kept. */
async function dropParts(store: PackStore, { made, files }: MadeFromHub): Promise<void> {
  const kept = new Set(files.map(({ sha256 }) => sha256));
  for (const { sha256 } of made.parts) if (!kept.has(sha256)) await store.delete(sha256);
}

async function whole(store: PackStore, sha256: string, signal: AbortSignal): Promise<Uint8Array> {
  const size = await store.size(sha256);
  if (size === undefined) throw new OctaviaError('model.missing', 'One of its parts has disappeared.');
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const piece of store.read(sha256, signal)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
