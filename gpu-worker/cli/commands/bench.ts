import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OctaviaError } from '@octavia/pipeline';
import { command } from '../arguments.ts';
import { ROOT } from '../places.ts';

/** What tests/bench/run.ts exports. */
interface Harness {
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
    const { runBench } = (await import(pathToFileURL(path).href)) as Harness;
    return (await runBench(name, (line) => terminal.result(line), terminal.stopped)) ? 0 : 1;
  },
});
