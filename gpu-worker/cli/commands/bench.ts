import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compact } from '@octavia/pipeline/compact';
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
    options: { readonly speech?: string },
  ) => Promise<boolean>;
}

export const bench = command({
  name: 'bench',
  summary: 'Measures this checkout against its targets, or only the part you name.',
  positionals: [{ name: 'NAME', optional: true }],
  flags: {
    speech: { type: 'text', value: 'FOLDER', help: 'For quality: recordings and their transcripts.' },
  },
  async run({ speech }, [name], terminal) {
    const path = join(ROOT, 'tests', 'bench', 'run.ts');
    if (!existsSync(path))
      throw new OctaviaError('call.invalid', 'Benchmarks need a checkout of the project.');
    const { names, runBench } = (await import(pathToFileURL(path).href)) as Harness;
    if (name !== undefined && !names.includes(name)) {
      throw new UsageError(`NAME must be one of ${names.join(', ')}, not "${name}".`);
    }
    const print = (line: string) => terminal.result(line);
    return (await runBench(name, print, terminal.stopped, compact({ speech }))) ? 0 : 1;
  },
});
