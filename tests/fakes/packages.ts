import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What goes wrong with a package. `other-unchecked`: a pip that does not look at hashes. */
export type PackageFault =
  'no-pip' | 'unknown' | 'full' | 'cut' | 'hangs' | 'other' | 'other-unchecked' | undefined;

/**
 * Programs that behave like pip and npm as far as a pull can tell: they put an archive into the folder asked for,
 * pip only with the right hash, and say what the real ones say when they cannot.
 * @param root an empty folder of their own
 */
export function fakePackages(root: string) {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = join(import.meta.dirname, 'package-program.ts');
  for (const [name, program, skip] of [
    ['python3', 'pip', 2],
    ['python', 'pip', 2],
    ['pip3', 'pip', 0],
    ['pip', 'pip', 0],
    ['npm', 'npm', 0],
  ] as const) {
    const path = join(bin, name);
    const shifted = skip === 0 ? '' : `shift ${skip}\n`;
    writeFileSync(
      path,
      `#!/bin/sh\n${shifted}exec '${process.execPath}' '${script}' '${root}' ${program} "$@"\n`,
    );
    chmodSync(path, 0o755);
  }
  const setFaults = (faults: Readonly<Record<string, PackageFault>>) =>
    writeFileSync(join(root, 'faults.json'), JSON.stringify(faults));
  setFaults({});
  const calls = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '');
  return {
    /** Folder to be put first on the PATH. */
    bin,
    publish: (name: string, archive: Uint8Array) => writeFileSync(join(root, name), archive),
    /** Makes packages go wrong from now on, by name; the others are all right. */
    setFaults,
    /** What was called so far, oldest first. */
    calls: () =>
      calls()
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [pid = '', program = '', name = ''] = line.split(' ');
          return { pid: Number(pid), program, name };
        }),
  };
}
