import { OctaviaError } from '@octavia/pipeline/errors';
import { command } from '../call/arguments.ts';
import type { Check } from '../doctor/check.ts';
import { allChecks } from '../doctor/checks.ts';

const MARKS: Readonly<Record<Check['state'], string>> = { ok: 'ok  ', warning: 'warn', failed: 'FAIL' };

export const doctor = command({
  name: 'doctor',
  summary: 'Checks that everything a dub needs is installed.',
  positionals: [],
  flags: { json: { type: 'switch', help: 'Print JSON.' } },
  async run({ json }, _, terminal) {
    const checks = await allChecks(terminal.stopped);
    if (json) terminal.result(JSON.stringify(checks, undefined, 2));
    else checks.flatMap(lines).forEach((line) => terminal.result(line));
    const failed = checks.find(({ state }) => state === 'failed');
    if (failed === undefined) return 0;
    throw new OctaviaError(failed.code ?? 'internal', `${failed.name}: ${failed.detail}.`);
  },
});

function lines({ name, state, detail, advice }: Check): string[] {
  const first = `${MARKS[state]}  ${name.padEnd(26)} ${detail}`;
  return advice === undefined ? [first] : [first, `${' '.repeat(33)}${advice}`];
}
