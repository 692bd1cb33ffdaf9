import { asset } from '$app/paths';
import { unserved } from '$lib/catalogue.ts';
import type { Draft } from './draft.svelte.ts';

/** Puts the sample clip on the table, with its Spanish subtitles where nothing here can translate it. */
export async function takeSample(draft: Draft): Promise<void> {
  const names = ['octavia-sample.mp4'];
  draft.clear();
  draft.target = 'es';
  draft.source = 'auto';
  if (unserved({ target: 'es', source: 'en', subtitles: undefined }) !== undefined) {
    names.push('octavia-sample.es.srt');
  }
  await draft.take(await Promise.all(names.map(fetchFile)));
}

async function fetchFile(name: string): Promise<File> {
  const response = await fetch(asset(`/sample/${name}`));
  if (!response.ok) throw new Error(`The sample could not be loaded (${response.status}).`);
  return new File([await response.blob()], name, { type: response.headers.get('content-type') ?? '' });
}
