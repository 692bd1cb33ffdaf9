import { readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OctaviaError } from '@octavia/pipeline/errors';
import { clears, type Bench, type BenchOptions, type Measure } from './measure.ts';

/** What can be measured: one `<name>.bench.ts` each. */
export const names: readonly string[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => basename(file, '.bench.ts'))
  .sort();

/**
 * Runs the measurements of this folder, one after the other, and prints a table.
 * @param name one of them; all when undefined
 * @returns whether every figure with a bar clears it
 */
export async function runBench(
  name: string | undefined,
  print: (line: string) => void,
  signal: AbortSignal,
  options: BenchOptions = {},
): Promise<boolean> {
  let allClear = true;
  for (const part of name === undefined ? names : [name]) {
    if (signal.aborted) throw new OctaviaError('job.cancelled');
    const path = join(import.meta.dirname, `${part}.bench.ts`);
    const { bench } = (await import(pathToFileURL(path).href)) as { bench: Bench };
    print(`${part} (load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores)`);
    for (const measure of await bench(signal, options)) {
      print(row(measure));
      allClear &&= clears(measure);
    }
  }
  return allClear;
}

function row(measure: Measure): string {
  const { name, value, unit, note } = measure;
  const shown = `${Number(value.toPrecision(3))} ${unit}`;
  const columns = [name.padEnd(56), shown.padStart(12), bar(measure).padEnd(22), note ?? ''];
  return `  ${columns.join('  ')}`.trimEnd();
}

function bar(measure: Measure): string {
  const { atMost, atLeast, unit } = measure;
  if (atMost === undefined && atLeast === undefined) return '';
  const limits = [atLeast === undefined ? '' : `≥ ${atLeast}`, atMost === undefined ? '' : `≤ ${atMost}`];
  const limit = limits.filter(Boolean).join(' ');
  return `${clears(measure) ? 'ok  ' : 'MISS'} ${limit} ${unit}`;
}
