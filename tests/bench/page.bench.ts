import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from './measure.ts';

const BUILD = join(import.meta.dirname, '../../build');

/**
 * What the browser has to fetch before the first file can be dropped: the document, its styles, its scripts and
 * everything they import statically, each compressed by itself as it is sent.
 */
export const bench: Bench = () => {
  const html = readFileSync(join(BUILD, 'index.html'), 'utf8');
  const links = [...html.matchAll(/(?:href|src|import\()\s*=?\s*["']([^"']+\.(?:js|css))["']/g)];
  const files = new Set<string>();
  for (const [, link = ''] of links) follow(posix.join('/', link), files);
  const sizes = [...files].map((file) => gzipSync(readFileSync(join(BUILD, file)), { level: 6 }).length);
  const total = sizes.reduce((sum, size) => sum + size, gzipSync(html).length);
  const note = `document and ${files.size} files, gzip`;
  return Promise.resolve([
    { name: 'start-up size of the page', value: total / 1000, unit: 'kB', atMost: 250, note },
  ]);
};

function follow(file: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  if (!file.endsWith('.js')) return;
  const code = readFileSync(join(BUILD, file), 'utf8');
  for (const [, target = ''] of code.matchAll(
    /(?:^|[;}\s])(?:import|export)(?:[^'"()]*?from)?\s*["'](\.[^"']+\.js)["']/g,
  )) {
    follow(posix.join(posix.dirname(file), target), seen);
  }
}
