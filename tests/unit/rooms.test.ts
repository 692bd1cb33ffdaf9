import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

const CORE = new URL('../../src/pipeline', import.meta.url).pathname;
const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** A folder is one room. Beside folders, as at the core's top, each file is a room of its own. */
function roomOf(file: string): string {
  const folder = dirname(file);
  const hasFolders = readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
  return relative(CORE, hasFolders ? file : folder);
}

/** Which rooms each room imports, types included. */
function importsIn(root: string): Map<string, Set<string>> {
  const rooms = new Map<string, Set<string>>();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((one) => one.endsWith('.ts') && !one.includes('node_modules'))) {
    const file = join(root, name);
    const from = roomOf(file);
    const known = rooms.get(from) ?? new Set();
    rooms.set(from, known);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const to = roomOf(join(dirname(file), path));
      if (to !== from) known.add(to);
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

describe('the rooms of the core', () => {
  const rooms = importsIn(CORE);

  it('do not import each other in a circle', () => {
    expect(circleIn(rooms)).toBeUndefined();
  });

  it('have one for each stage, in which it has its step', () => {
    const stages = ['demux', 'diarise', 'fit', 'mix', 'mux', 'recognise', 'separate'];
    const folders = readdirSync(join(CORE, 'stages')).sort();
    expect(folders).toEqual([...stages, 'synthesise', 'translate', 'vad']);
    for (const stage of folders) expect(rooms.get('dub.ts')).toContain(`stages/${stage}`);
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
});
