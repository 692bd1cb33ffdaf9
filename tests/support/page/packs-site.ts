import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { fakeHub } from '../../fakes/hub.ts';
import { content, hubModel, publish, type Hub } from '../models/packs.ts';
import { withStandard, type TestPack } from '../models/tiny-pack.ts';
import { BUILD, openSite, type Site } from './browser.ts';

const run = promisify(execFile);

/** Files of the pack's models: small, but large enough to be on their way for a while. */
export const FILES = {
  ears: {
    'config.json': content('config', 300),
    'onnx/encoder_model.onnx': content('encoder', 900_000),
    'onnx/decoder_model.onnx': content('decoder', 2_500_000),
  },
  words: { 'onnx/encoder_model.onnx': content('words', 400_000) },
  voice: { 'model.onnx': content('voice', 600_000) },
} as const;

export const DECODER = 'onnx/decoder_model.onnx';

const graphs = { 'onnx/model.onnx': { devices: ['webgpu', 'cpu'], dtype: 'q8' } } as const;
const MODELS: readonly ModelEntry[] = [
  hubModel('ears', FILES.ears, {
    title: 'Test ears',
    languages: { source: ['en', 'es', 'it', 'uk'] },
    memoryBytes: 9e8,
    graphs,
  }),
  hubModel('words', FILES.words, {
    stage: 'translate',
    runtime: 'marian',
    title: 'Test words, English to Italian',
    languages: { source: ['en'], target: ['it'] },
  }),
  hubModel('voice', FILES.voice, {
    stage: 'synthesise',
    runtime: 'supertonic',
    title: 'Test voice',
    languages: { target: ['es', 'it'] },
    licence: { spdx: 'CC-BY-NC-4.0', nonCommercial: true },
  }),
];
const PACK: TestPack = {
  models: MODELS.map((entry) => ({ entry, files: FILES[entry.id as keyof typeof FILES] })),
  target: 'it',
};

export interface PacksSite extends Site {
  readonly hub: Hub;
}

/**
 * The built page with a catalogue in place of the product's, and the hub that its pack lies on.
 * @param pack models with their files; without it, ones that can be fetched but not run
 */
export async function openPacksSite(pack: TestPack = PACK): Promise<PacksSite> {
  const root = await mkdtemp(join(tmpdir(), 'octavia-packs-site-'));
  await run('cp', ['-as', `${BUILD}/.`, root]);
  await replaceCatalogue(root, withStandard(pack));
  // Rendered by the browser alone: what was rendered at the build shows the product's packs.
  for (const name of ['index.html', 'models.html']) {
    await rm(join(root, name));
    await copyFile(join(BUILD, '404.html'), join(root, name));
  }
  const hub = await fakeHub();
  for (const { entry, files } of pack.models) publish(hub, entry, files);
  const site = await openSite([], root);
  const close = async (): Promise<void> => {
    await site.close();
    await hub.close();
    await rm(root, { recursive: true });
  };
  return { ...site, hub, close };
}

const MARK = '{schema:`octavia.catalogue/1`';

async function replaceCatalogue(root: string, catalogue: Catalogue): Promise<void> {
  let replaced = 0;
  for (const kind of ['chunks', 'workers', 'nodes']) {
    const folder = join(root, '_app/immutable', kind);
    for (const name of await readdir(folder)) {
      const script = name.endsWith('.js') ? await readFile(join(folder, name), 'utf8') : '';
      const start = script.indexOf(MARK);
      if (start < 0) continue;
      const json = JSON.stringify(catalogue);
      await rm(join(folder, name));
      await writeFile(join(folder, name), script.slice(0, start) + json + script.slice(endOf(script, start)));
      replaced += 1;
    }
  }
  if (replaced === 0)
    throw new Error('The built page holds no catalogue: the build writes it in another way.');
}

/** Where the object that begins at `start` has ended; braces in strings do not count. */
function endOf(script: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < script.length; at++) {
    const sign = script[at] ?? '';
    if (quote !== '') {
      if (sign === '\\') at += 1;
      else if (sign === quote) quote = '';
    } else if ('`"\''.includes(sign)) quote = sign;
    else if (sign === '{') depth += 1;
    else if (sign === '}' && --depth === 0) return at + 1;
  }
  throw new Error('The catalogue in the built page has no end.');
}
