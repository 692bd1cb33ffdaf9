import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const TRAINING = join(import.meta.dirname, '../../models/training');
const SOURCES = [
  'source\tkind\tlicence\twhere the licence was read\tspa\tdeu',
  'phrases\ttalk\tCC0-1.0\tLICENSE\t2\t1',
  'manual\tdoc\tMIT\tREADME.md\t1\t0',
].join('\n');
const PAIRS = [
  'spa\ttalk\tHello.\tHola.',
  'spa\ttalk\tGoodbye.\tAdiós.',
  'deu\ttalk\tHello.\tHallo.',
  'spa\tdoc\tPress the key.\tPulse la tecla.',
].join('\n');

const python = (...args: readonly string[]) =>
  spawnSync('python3', args, {
    cwd: TRAINING,
    encoding: 'utf8',
    env: { ...process.env, OCTAVIA_TRAINING: work },
  });
const canRun = spawnSync('python3', ['-c', 'import lzma']).status === 0;

let folder: string;
let work: string;
const archive = (): string => join(folder, 'pairs-a.tsv.xz');

function pack(lines: string): void {
  const made = spawnSync(
    'python3',
    [
      '-c',
      'import lzma, sys; lzma.open(sys.argv[1], "wt", encoding="utf-8").write(sys.argv[2])',
      archive(),
      lines,
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(made.stderr);
}

function layOut(target: string): { readonly rows: string; readonly stderr: string } {
  const call = [
    'import sys; from pathlib import Path; from octavia_mt import text; from octavia_mt.settings import PAIRS',
    'text.lay_out(Path(sys.argv[1]), PAIRS[sys.argv[2]])',
  ].join('\n');
  const { stderr } = python('-c', call, folder, target);
  const path = join(work, `translate-eng-${target}/pairs.tsv`);
  return { rows: existsSync(path) ? readFileSync(path, 'utf8') : '', stderr };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'octavia-text-'));
  work = join(folder, 'work');
  writeFileSync(join(folder, 'sources.tsv'), `${SOURCES}\n`);
  pack(`${PAIRS}\n`);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What the trainer reads (models/training/octavia_mt/text.py). */
describe.skipIf(!canRun)('a folder of training text', () => {
  it('gives a target its pairs and nothing of the others', () => {
    expect(layOut('spa').rows.split('\n')).toEqual([
      'talk\ttext\tHello.\tHola.',
      'talk\ttext\tGoodbye.\tAdiós.',
      'doc\ttext\tPress the key.\tPulse la tecla.',
      '',
    ]);
    expect(layOut('deu').rows).toBe('talk\ttext\tHello.\tHallo.\n');
  });

  it('is refused for a target that it does not name', () => {
    expect(layOut('fra').stderr).toContain('sources.tsv names no target fra');
  });

  it('is refused where a kind of text is unknown, by file and line', () => {
    pack(`${PAIRS}\nspa\tpoem\tA rose.\tUna rosa.\n`);
    const { rows, stderr } = layOut('spa');
    expect(stderr).toContain('pairs-a.tsv.xz, line 5: unknown kind "poem"');
    expect(rows).toBe('');
  });

  it('is refused where a kind has no source with a licence', () => {
    pack(`${PAIRS}\nspa\tnews\tIt rained.\tLlovió.\n`);
    expect(layOut('spa').stderr).toContain('sources.tsv names no source of kind "news"');
  });

  it.each([
    ['cut short', () => truncateSync(archive(), 60)],
    ['changed', () => writeFileSync(archive(), readFileSync(archive()).fill(7, 30, 60))],
    ['no archive', () => appendFileSync(join(folder, 'pairs-b.tsv.xz'), 'hello')],
  ])('is refused when an archive is %s, and leaves nothing half written', (_, damage) => {
    damage();
    const { rows, stderr } = layOut('spa');
    expect(stderr).toMatch(/pairs-[ab]\.tsv\.xz is damaged/);
    expect(rows).toBe('');
  });
});

describe('the everyday phrases', () => {
  it('say each English phrase once, in every language', () => {
    const path = join(TRAINING, 'phrases/everyday.tsv');
    const [columns, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(columns).toBe('eng\tspa\tfra\tdeu');
    for (const row of rows) expect(row).toMatch(/^(\S[^\t]*\t){3}\S[^\t]*$/);
    expect(new Set(rows.map((row) => row.split('\t')[0])).size).toBe(rows.length);
  });
});
