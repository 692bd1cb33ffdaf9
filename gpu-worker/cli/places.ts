import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Root of the checkout or installed package. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Installed model files, laid out as the catalogue's modelFilePath. */
export function modelsFolder(): string {
  return process.env['OCTAVIA_MODELS'] ?? join(ROOT, 'static', 'models');
}

/** Where resumable work is kept (XDG base directory specification). */
export function cacheFolder(): string {
  const { OCTAVIA_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own !== undefined && own !== '') return resolve(own);
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'octavia');
}
