import type { ModelEntry, Pin } from '@octavia/pipeline/catalogue';
import type { Manifest } from '@octavia/server/shelf';

const NOTHING: Manifest = { schema: 'octavia.shelf/1', models: {} };
/** Asked again after this time, because the server may be fetching. */
const FRESH_MS = 2_000;

let last: { readonly at: number; readonly manifest: Promise<Manifest> } | undefined;

/** The models our own server has besides those that come with the page, and what it is fetching. */
export function readShelf(): Promise<Manifest> {
  if (last === undefined || performance.now() - last.at > FRESH_MS) {
    last = { at: performance.now(), manifest: ask() };
  }
  return last.manifest;
}

/** A model's file on our own server. */
export async function onShelf({ id, files }: ModelEntry, path: string): Promise<Pin | undefined> {
  const pin = (await readShelf()).models[id]?.[path];
  const file = files.find((candidate) => candidate.path === path);
  if (pin === undefined || file === undefined) return undefined;
  const known = [file, ...(file.others ?? [])].flatMap(({ sha256 }) => sha256 ?? []);
  return known.length === 0 || known.includes(pin.sha256) ? pin : undefined;
}

/** Asks the server to stop fetching on its own. It complies only for a user on its own machine. */
export async function stopFetching(): Promise<void> {
  await fetch('/models/stop', { method: 'POST' });
  last = undefined;
}

async function ask(): Promise<Manifest> {
  try {
    const response = await fetch('/models/here.json', { cache: 'no-cache' });
    const manifest = (await response.json()) as Manifest;
    return response.ok && (manifest.schema as string) === NOTHING.schema ? manifest : NOTHING;
  } catch {
    // A static host without one, or no network.
    return NOTHING;
  }
}
