import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Root of the checkout or installed package. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** Installed model files, laid out as the catalogue's modelFilePath. */
export function modelsFolder(): string {
  return process.env['OCTAVIA_MODELS'] ?? join(ROOT, 'static', 'models');
}

/** What a server keeps when nothing else is configured; a worker on the same machine reads its key from there. */
export function cloudFolder(): string {
  const own = process.env['OCTAVIA_DATA'];
  return own !== undefined && own !== '' ? resolve(own) : join(ROOT, '.octavia', 'cloud');
}

/** Where resumable work is kept (XDG base directory specification). */
export function cacheFolder(): string {
  const { OCTAVIA_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== '') return resolve(own);
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'octavia');
}
