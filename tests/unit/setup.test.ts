import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
/** Where the programs of the machine write what they were called with. */
let calls: string;

/** A program that only says that it was called. */
function program(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "$(basename "$0") $1" >> "${calls}"\n`, { mode: 0o755 });
}

/** Octavia's folder with nothing but what the set-up looks at, already installed. */
function checkout(name: string): string {
  const root = join(folder, name);
  for (const bin of ['node', 'vite']) program(join(root, 'node_modules/.bin', bin));
  for (const inside of ['models', 'static/models', 'src']) mkdirSync(join(root, inside), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), '{}');
  copyFileSync('setup.mjs', join(root, 'setup.mjs'));
  return root;
}

/** Sets up and starts the command line. @returns what was called for it */
function setUp(root: string, environment: object = {}): string[] {
  writeFileSync(calls, '');
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...environment };
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'setup.mjs'), 'octavia'], { env });
  expect(status, String(stderr)).toBe(0);
  return readFileSync(calls, 'utf8').trim().split('\n');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'octavia-setup-'));
  calls = join(folder, 'calls');
  for (const name of ['npm', 'ffmpeg', 'pip3']) program(join(folder, 'bin', name));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the set-up', () => {
  it('installs once, and not again where the folder was moved', () => {
    const root = checkout('here');
    const cli = (at: string) => `node ${join(at, 'gpu-worker/cli/octavia.ts')}`;
    expect(setUp(root)).toEqual(['npm ci', 'node models/prepare.ts', cli(root)]);
    expect(setUp(root)).toEqual([cli(root)]);
    const moved = join(folder, 'there');
    renameSync(root, moved);
    expect(setUp(moved)).toEqual([cli(moved)]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'brings pip as root where the hub is out of reach, and only there',
    () => {
      const bin = join(folder, 'bin');
      rmSync(join(bin, 'pip3'));
      program(join(bin, 'apt-get'));
      for (const name of ['which', 'basename']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
      const root = checkout('here');
      const installs = (environment: object) =>
        setUp(root, { PATH: bin, ...environment }).filter((call) => call.startsWith('apt-get install'));
      const away = { OCTAVIA_MODEL_HOST: 'http://127.0.0.1:9', OCTAVIA_FETCH: '', OCTAVIA_PACKAGES: '' };
      expect(installs(away)).toEqual(['apt-get install']);
      expect(installs({ ...away, OCTAVIA_FETCH: 'none' })).toEqual([]);
      program(join(bin, 'pip3'));
      expect(installs(away)).toEqual([]);
    },
  );

  it('installs again when other versions are locked, and not when the file was only touched', () => {
    const root = checkout('here');
    setUp(root);
    writeFileSync(join(root, 'package-lock.json'), '{}');
    expect(setUp(root)).not.toContain('npm ci');
    writeFileSync(join(root, 'package-lock.json'), '[]');
    expect(setUp(root)).toContain('npm ci');
  });
});
