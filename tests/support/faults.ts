/**
 * Runs the tests of every fault case and prints the table of docs/fault-cases.md with what came of each.
 * `npm run test:faults`; it ends with 1 when a case fails, or when no test names it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Case {
  readonly id: string;
  readonly what: string;
  readonly expected: string;
  /** Below tests/, without their ending. */
  readonly files: readonly string[];
}

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const OUTPUT = '.octavia/tests/faults.json';

function readCases(): Case[] {
  const rows = readFileSync('docs/fault-cases.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| *[A-Z]?\d/.test(line));
  return rows.map((row) => {
    const [, id = '', what = '', expected = '', proved = ''] = row.split('|').map((cell) => cell.trim());
    return { id, what, expected, files: [...proved.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file) };
  });
}

/** A suite is run by each adapter's own file; here by the one for Node. */
function testFile(file: string): string {
  const [folder, name = ''] = file.split('/');
  if (folder !== 'contract') return `tests/${file}.test.ts`;
  return `tests/contract/${name.replace(/\.suite$/, '')}.node.test.ts`;
}

function run(files: readonly string[]): Results {
  // The page has to be built for what runs it; those tests are part of `npm test`.
  const chosen = files.filter((file) => !file.startsWith('tests/e2e/'));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${OUTPUT}`];
  spawnSync('vitest', ['run', '--project', 'unit', '--project', 'contract', ...reporters, ...chosen], {
    stdio: ['ignore', 2, 2],
  });
  return JSON.parse(readFileSync(OUTPUT, 'utf8')) as Results;
}

/** @returns how many tests name the case, and how many of them failed */
function outcome({ id }: Case, { testResults }: Results): { named: number; failed: number } {
  const name = /^\d/.test(id) ? `(case ${id})` : `(${id})`;
  const mine = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(
      ({ fullName, status }) => fullName.includes(name) && status !== 'skipped' && status !== 'pending',
    );
  return { named: mine.length, failed: mine.filter(({ status }) => status !== 'passed').length };
}

const cases = readCases();
const results = run([...new Set(cases.flatMap(({ files }) => files.map(testFile)))]);
let green = true;
for (const one of cases) {
  const { named, failed } = outcome(one, results);
  green &&= named > 0 && failed === 0;
  const said = named === 0 ? 'NO TEST' : failed > 0 ? `FAILED (${failed} of ${named})` : `ok (${named})`;
  process.stdout.write(
    `${one.id.padEnd(4)} ${said.padEnd(16)} ${one.what}\n${' '.repeat(22)}→ ${one.expected}\n`,
  );
}
process.exit(green ? 0 : 1);
