// Every test, in the order that fails fastest: static checks, unit and contract tests, then the real browser.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Vitest projects that run in one go; the browser ones wait for a built page and want the machine alone. */
const GROUPS: readonly (readonly string[])[] = [['unit', 'contract'], ['browser'], ['e2e']];

function run(program: string, args: readonly string[]): boolean {
  process.stdout.write(`\n> ${[program, ...args].join(' ')}\n`);
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}

interface Totals {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

if (!run('npm', ['run', '--silent', 'check'])) process.exit(1);

let green = true;
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const group of GROUPS) {
  const outputFile = `.octavia/tests/${group.join('-')}.json`;
  const projects = group.flatMap((name) => ['--project', name]);
  const passed = run('vitest', [
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
  ]);
  const totals = JSON.parse(readFileSync(outputFile, 'utf8')) as Totals;
  sum.passed += totals.numPassedTests;
  sum.failed += totals.numFailedTests;
  sum.skipped += totals.numPendingTests;
  green = green && passed;
  if (!passed) break;
}
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
process.exit(green ? 0 : 1);
