import { asset } from '$app/paths';
import type { Draft } from './draft.svelte.ts';

const FILES = ['octavia-sample.mp4', 'octavia-sample.es.srt'];

/** Chooses the sample clip with its Spanish subtitles, which show how good a dub is with a good text. */
export async function takeSample(draft: Draft): Promise<void> {
  draft.clear();
  draft.target = 'es';
  draft.source = 'auto';
  await draft.take(await Promise.all(FILES.map(fetchFile)));
}

async function fetchFile(name: string): Promise<File> {
  const response = await fetch(asset(`/sample/${name}`));
  if (!response.ok) throw new Error(`The sample could not be loaded (${response.status}).`);
  return new File([await response.blob()], name, { type: response.headers.get('content-type') ?? '' });
}
