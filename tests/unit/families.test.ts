import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyNamed } from '@octavia/pipeline/families/index';
import type { Family } from '@octavia/pipeline/families/family';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const FAMILIES = join(ROOT, 'src/pipeline/families');
const folders = readdirSync(FAMILIES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** The families themselves, and the sample clip, whose maker starts flite as a program. */
const ELSEWHERE = /node_modules|pipeline\/families\/|gpu-worker\/sample\//;

const isFamily = (value: unknown): value is Family =>
  typeof value === 'object' && value !== null && 'runtime' in value;

async function familyIn(folder: string): Promise<Family> {
  const module = (await import(join(FAMILIES, folder, 'index.ts'))) as Readonly<Record<string, unknown>>;
  const [family, ...others] = Object.values(module).filter(isFamily);
  if (family === undefined || others.length > 0) throw new Error(`${folder} does not hold one family`);
  return family;
}

/** How-to-add-a-model promises: a new family is one folder, one line in the list, and one row in the catalogue. */
describe('a family of models', () => {
  it.each(folders)('%s is in the list, and its code loads', async (folder) => {
    const family = await familyIn(folder);
    expect(familyNamed(family.runtime)).toBe(family);
    if ('engine' in family) expect(await family.engine()).toBeTypeOf('function');
    if ('separator' in family) expect(await family.separator()).toBeTypeOf('function');
    if (family.recipe !== undefined) expect(await family.recipe()).toBeTypeOf('function');
  });

  it('has a folder', () => {
    const list = readFileSync(join(FAMILIES, 'index.ts'), 'utf8');
    const named = [...list.matchAll(/from '\.\/([\w-]+)\/index\.ts'/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(folders.sort());
  });

  it('is named nowhere else in the code', async () => {
    const runtimes = await Promise.all(folders.map(async (folder) => (await familyIn(folder)).runtime));
    const name = new RegExp(`'(?:${runtimes.join('|')})'`);
    const found = ['src', 'server', 'gpu-worker'].flatMap((root) =>
      readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' })
        .map((file) => join(root, file))
        .filter((file) => /\.(ts|svelte)$/.test(file) && !ELSEWHERE.test(file))
        .filter((file) => name.test(readFileSync(join(ROOT, file), 'utf8'))),
    );
    expect(found).toEqual([]);
  });
});
