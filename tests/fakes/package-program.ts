// What the fake pip and npm run (see packages.ts): `package-program.ts FOLDER pip|npm ARGUMENT…`.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PackageFault } from './packages.ts';

const [folder = '', program = '', ...args] = process.argv.slice(2);
const after = (flag: string) => args[args.indexOf(flag) + 1] ?? '';

/** The package that is asked for, where it is to be put, and the hash that it must have. */
function call() {
  if (program === 'npm') {
    const [name = ''] = (args[1] ?? '').split('@');
    return { name, into: after('--pack-destination'), hash: undefined, ending: 'tgz' };
  }
  const [, name = '', hash = ''] =
    /^(\S+)==\S+ --hash=sha256:(\S+)/.exec(readFileSync(after('-r'), 'utf8')) ?? [];
  return { name, into: after('-d'), hash, ending: 'whl' };
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

const { name, into, hash, ending } = call();
const faults = JSON.parse(readFileSync(join(folder, 'faults.json'), 'utf8')) as Record<string, PackageFault>;
const fault = faults[name];
appendFileSync(join(folder, 'calls'), `${process.pid} ${program} ${name}\n`);
if (fault === 'no-pip') fail('/usr/bin/python3: No module named pip');
if (fault === 'unknown') fail(`ERROR: No matching distribution found for ${name}`);
if (fault === 'full') fail('ERROR: Could not install packages due to an OSError: [Errno 28] No space left');

const whole = readFileSync(join(folder, name));
const bytes = fault === 'other' || fault === 'other-unchecked' ? Buffer.from(whole).fill(7, 0, 9) : whole;
// pip and npm gather a file elsewhere before it gets its name.
const gathering = join(process.env['TMPDIR'] ?? into, 'gathering');
writeFileSync(gathering, bytes.subarray(0, bytes.length / 2));
if (fault === 'cut') fail('ERROR: Exception: IncompleteRead(connection broken)');
if (fault === 'hangs') await sleep(2 ** 30);
const right = createHash('sha256').update(bytes).digest('hex') === hash;
if (hash !== undefined && !right && fault !== 'other-unchecked') {
  fail('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.');
}
writeFileSync(join(into, `${name}-1.0.0.${ending}`), bytes);
