import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const CORE = 'src/pipeline';
const IMPORT = /(?:from|import|URL)\s*\(?\s*'([^']+)'/g;
const NAMES = [
  ['$lib/', 'src/lib/'],
  ['@octavia/pipeline', CORE],
  ['@octavia/server', 'server'],
] as const;

/** The file that an import names, from the top of the repository; undefined for a library. */
function fileOf(path: string, from: string): string | undefined {
  const [bare = ''] = path.split('?');
  const [name, place] = NAMES.find(([start]) => bare.startsWith(start)) ?? [];
  if (name !== undefined) return place + bare.slice(name.length);
  return bare.startsWith('.') ? join(dirname(from), bare) : undefined;
}

/**
 * A folder is one room. In the core, files that lie beside folders are a room each: those that any room needs
 * (`errors.ts`) lie there beside those that put the rooms together (`dub.ts`).
 */
function roomOf(file: string): string {
  const folder = dirname(file);
  if (!`${file}/`.startsWith(`${CORE}/`)) return folder;
  const entries = existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { withFileTypes: true })
    : [];
  return entries.some((entry) => entry.isDirectory()) ? file.replace(/\.ts$/, '') : folder;
}

/** Which rooms each room imports, types included. */
function importsIn(...roots: string[]): Map<string, Set<string>> {
  const rooms = new Map<string, Set<string>>();
  for (const root of roots) {
    const names = readdirSync(join(ROOT, root), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => /\.(ts|svelte)$/.test(one) && !one.includes('node_modules'))) {
      const file = join(root, name);
      const from = roomOf(file);
      const known = rooms.get(from) ?? new Set();
      rooms.set(from, known);
      for (const [, path = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)) {
        const to = fileOf(path, file);
        if (to !== undefined && roomOf(to) !== from) known.add(roomOf(to));
      }
    }
  }
  return rooms;
}

/** A way from a room back to itself. */
function circleIn(rooms: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (room: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(room)) return [...way.slice(way.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of rooms.get(room) ?? []) {
      const circle = walk(next, [...way, room]);
      if (circle !== undefined) return circle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of rooms.keys()) {
    const circle = walk(room, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe('the folders of page, core, server and worker', () => {
  const rooms = importsIn('src', 'server', 'gpu-worker');

  it('do not import each other in a circle', () => {
    expect(circleIn(rooms)).toBeUndefined();
  });

  it('are all looked at, by whatever name they are imported', () => {
    for (const [from, to] of [
      ['src/routes', 'src/lib/studio'],
      ['src/lib/cloud', 'server'],
      ['src/lib/cloud', 'src/lib/jobs'],
      ['src/lib/studio', 'src/pipeline/errors'],
      ['src/pipeline/stages/vad', 'src/pipeline/ports'],
      ['server/http', 'server/jobs'],
      ['gpu-worker/queue', 'server'],
    ]) {
      expect([...(rooms.get(from ?? '') ?? [])], from).toContain(to);
    }
  });

  it('would be found out if they did', () => {
    const circle = circleIn(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['c'])],
        ['c', new Set(['b'])],
      ]),
    );
    expect(circle).toEqual(['b', 'c', 'b']);
  });

  it('have one in the core for each stage, in which it has its step', () => {
    const stages = ['demux', 'diarise', 'fit', 'mix', 'mux', 'recognise', 'separate'];
    const folders = readdirSync(join(ROOT, CORE, 'stages')).sort();
    expect(folders).toEqual([...stages, 'synthesise', 'translate', 'vad']);
    for (const stage of folders)
      expect(rooms.get('src/pipeline/dub')).toContain(`src/pipeline/stages/${stage}`);
  });
});
