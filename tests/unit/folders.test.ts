import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** The folders that each folder imports from, by relative paths. */
function importsBelow(root: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))) {
    const from = dirname(join(root, file));
    const found = imports.get(from) ?? new Set();
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      found.add(dirname(join(from, path)));
    }
    found.delete(from);
    imports.set(from, found);
  }
  return imports;
}

/** Folders that import each other in a circle, by way of others too. */
function circles(imports: Map<string, Set<string>>): string[] {
  const within = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of imports.get(from) ?? []) if (!seen.has(to)) within(to, seen.add(to));
    return seen;
  };
  return [...imports.keys()].filter((folder) => within(folder).has(folder)).sort();
}

it('finds a circle by way of a third folder', () => {
  const imports = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c'])],
    ['c', new Set(['a'])],
    ['d', new Set(['a'])],
  ]);
  expect(circles(imports)).toEqual(['a', 'b', 'c']);
});

it.each(['server', 'gpu-worker'])('no folders of %s import each other in a circle', (root) => {
  const imports = importsBelow(root);
  expect(imports.size).toBeGreaterThan(5);
  expect(circles(imports)).toEqual([]);
});
