import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OctaviaError } from '@octavia/pipeline/errors';
import { command, UsageError } from '../call/arguments.ts';
import { ROOT } from '../call/places.ts';

/** What tests/bench/run.ts exports. */
interface Harness {
  readonly names: readonly string[];
  readonly runBench: (
    name: string | undefined,
    print: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<boolean>;
}

export const bench = command({
  name: 'bench',
  summary: 'Measures this checkout against its bars; one part when named.',
  positionals: [{ name: 'NAME', optional: true }],
  flags: {},
  async run(_, [name], terminal) {
    const path = join(ROOT, 'tests', 'bench', 'run.ts');
    if (!existsSync(path))
      throw new OctaviaError('call.invalid', 'Measuring needs a checkout of the project.');
    const { names, runBench } = (await import(pathToFileURL(path).href)) as Harness;
    if (name !== undefined && !names.includes(name)) {
      throw new UsageError(`NAME is one of ${names.join(', ')}; "${name}" is not.`);
    }
    return (await runBench(name, (line) => terminal.result(line), terminal.stopped)) ? 0 : 1;
  },
});
