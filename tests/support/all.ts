// Every test, in the order that fails fastest: static checks beside unit and contract tests, then the real browser.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

interface Totals {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const sum = { passed: 0, failed: 0, skipped: 0 };

/** Runs a program; what it says is shown as it comes, or else all of it at its end. @returns whether it ended well */
async function run(program: string, args: readonly string[], live: boolean): Promise<boolean> {
  const title = `\n> ${[program, ...args].join(' ')}\n`;
  const child = spawn(program, args, { stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  let said = title;
  if (live) process.stdout.write(title);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const code = await new Promise<number | null>((done, reject) => {
    child.once('error', reject);
    child.once('close', done);
  });
  if (!live) process.stdout.write(said);
  return code === 0;
}

/** Runs projects of vitest in one go. @returns whether all of their tests passed */
async function test(group: readonly string[], live: boolean): Promise<boolean> {
  const outputFile = `.octavia/tests/${group.join('-')}.json`;
  const projects = group.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
  rmSync(outputFile, { force: true });
  const passed = await run('vitest', ['run', ...projects, ...reporters], live);
  if (!existsSync(outputFile)) return false;
  const totals = JSON.parse(readFileSync(outputFile, 'utf8')) as Totals;
  sum.passed += totals.numPassedTests;
  sum.failed += totals.numFailedTests;
  sum.skipped += totals.numPendingTests;
  return passed;
}

/** What runs side by side; one does not begin before all of the one before have passed. */
const STEPS: readonly (() => readonly Promise<boolean>[])[] = [
  () => [run('npm', ['run', '--silent', 'check'], false), test(['unit', 'contract'], true)],
  () => [test(['browser'], false), test(['e2e'], true)],
];

let green = true;
for (const step of STEPS) {
  green = (await Promise.all(step())).every(Boolean);
  if (!green) break;
}
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
process.exit(green ? 0 : 1);
