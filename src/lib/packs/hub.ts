import { OctaviaError } from '@octavia/pipeline/errors';
import { HUB_HOST } from '@octavia/pipeline/packs/source';

const KEY = 'octavia.hub';

export function readHub(): string {
  try {
    return localStorage.getItem(KEY) ?? HUB_HOST;
  } catch {
    // Storage is switched off.
    return HUB_HOST;
  }
}

/**
 * Stores another address; an empty one means the default.
 * @throws OctaviaError `call.invalid`
 */
export function writeHub(address: string): string {
  const hub = address.trim() === '' ? HUB_HOST : readAddress(address.trim());
  if (hub === HUB_HOST) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, hub);
  return hub;
}

function readAddress(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new OctaviaError(
      'call.invalid',
      'Give the whole address of a mirror, such as https://models.example.',
    );
  }
  return url.href.replace(/\/$/, '');
}

/** The servers the browser will contact, in words: the host, and those it redirects to. */
export function hostInWords(hub: string): string {
  return hub === HUB_HOST ? 'huggingface.co and its file servers (*.hf.co)' : new URL(hub).host;
}
