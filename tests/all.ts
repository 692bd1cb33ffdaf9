// Every test, in the order that fails fastest: static checks, unit and contract tests, the real browser.
import { spawnSync } from 'node:child_process';

const steps: readonly (readonly string[])[] = [
  ['npm', 'run', '--silent', 'check'],
  ['vitest', 'run', '--project', 'unit', '--project', 'contract'],
  ['vitest', 'run', '--project', 'browser'],
  ['vitest', 'run', '--project', 'e2e'],
];

for (const [program = '', ...args] of steps) {
  process.stdout.write(`\n> ${[program, ...args].join(' ')}\n`);
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
