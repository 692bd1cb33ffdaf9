import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { settings } from '../../settings/settings.ts';

/** Root of the checkout or installed package. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** Installed model files, laid out as the catalogue's modelFilePath. */
export function modelsFolder(): string {
  return settings().OCTAVIA_MODELS ?? join(ROOT, 'static', 'models');
}

/** Where a server keeps its data by default; a worker on the same machine reads its key from there. */
export function cloudFolder(): string {
  const own = settings().OCTAVIA_DATA;
  return own === undefined ? join(ROOT, '.octavia', 'cloud') : resolve(own);
}

/** Where resumable work is kept (XDG base directory specification). */
export function cacheFolder(): string {
  const { OCTAVIA_CACHE: own, XDG_CACHE_HOME: caches } = settings();
  return own === undefined ? join(caches ?? join(homedir(), '.cache'), 'octavia') : resolve(own);
}
