import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSeq2Seq } from '@octavia/pipeline/graph/seq2seq';
import { translate } from '@octavia/pipeline/stages/translate/translate';
import type { Host, Line, ModelEntry } from '@octavia/pipeline';
import { finish } from '@octavia/pipeline/stages/translate/finish';
import { bleu, chrf } from './metrics.ts';

/** Sentences and how a person translated them. */
export interface TestSet {
  readonly name: string;
  readonly source: readonly string[];
  readonly reference: readonly string[];
}

export interface MtBenchOptions {
  readonly host: Pick<Host, 'models' | 'inference'>;
  readonly model: ModelEntry;
  /** BCP-47. */
  readonly source: string;
  readonly target: string;
  readonly sets: readonly TestSet[];
  readonly signal: AbortSignal;
}

export interface MtScore {
  readonly set: string;
  /** `greedy` and `beam` are the bare model; `stage` is what a dub gets. */
  readonly system: 'greedy' | 'beam' | 'stage' | 'apertium';
  readonly bleu: number;
  readonly chrf: number;
  readonly sentencesPerSecond: number;
}

/** Scores the model, bare and through the translate stage, and Apertium on the same sentences in the same run. */
export async function benchMt(options: MtBenchOptions): Promise<MtScore[]> {
  const scores: MtScore[] = [];
  for (const set of options.sets) {
    const measure = async (
      system: MtScore['system'],
      run: () => Promise<readonly string[]>,
    ): Promise<void> => {
      const began = performance.now();
      const output = await run();
      const seconds = (performance.now() - began) / 1000;
      scores.push({
        set: set.name,
        system,
        bleu: bleu(output, set.reference),
        chrf: chrf(output, set.reference),
        sentencesPerSecond: set.source.length / seconds,
      });
    };
    await measure('greedy', () => bareModel(options, set, 1));
    await measure('beam', () => bareModel(options, set, 4));
    await measure('stage', () => translated(options, set));
    const mode = apertiumMode(options.source, options.target);
    if (mode !== undefined)
      await measure('apertium', () => Promise.resolve(apertium(mode, set, options.target)));
  }
  return scores;
}

async function bareModel(
  { host, model, signal }: MtBenchOptions,
  set: TestSet,
  beams: number,
): Promise<string[]> {
  const running = await openSeq2Seq(host, model, signal);
  try {
    const sources = set.source.map((text) => running.vocabulary.encode(text));
    const generations = await running.generate(sources, { beams }, signal);
    return generations.map(({ hypotheses }) => running.vocabulary.decode(hypotheses[0]?.tokens ?? []));
  } finally {
    await running.close();
  }
}

/** What the translate stage makes of a set, as a dub gets it. */
export async function translated(
  { host, model, source, target, signal }: MtBenchOptions,
  set: TestSet,
): Promise<string[]> {
  const lines = set.source.map((text, index): Line => {
    return { id: `s${index}`, speaker: 'a', start: index, end: index + 1, text, confidence: undefined };
  });
  const done = await translate({ host, signal }, model, { language: source, lines }, { source, target });
  return done.lines.map((line) => line.candidates[0] ?? '');
}

const ISO_639_3: Readonly<Record<string, string>> = { en: 'eng', es: 'spa', fr: 'fra', de: 'deu' };

/** Apertium's name for the direction, when it is installed here. */
function apertiumMode(source: string, target: string): string | undefined {
  const listed = spawnSync('apertium', ['-l'], { encoding: 'utf8' });
  const mode = `${ISO_639_3[source] ?? source}-${ISO_639_3[target] ?? target}`;
  return listed.status === 0 && listed.stdout.split(/\s+/).includes(mode) ? mode : undefined;
}

/** Apertium's output with its spaces, capitals and marks repaired as ours are. */
function apertium(mode: string, set: TestSet, target: string): string[] {
  // Its script opens standard input by name, which a socket, as Node's pipes are, does not allow: use a file.
  const folder = mkdtempSync(join(tmpdir(), 'octavia-bench-'));
  let output: string;
  try {
    const input = join(folder, 'source.txt');
    writeFileSync(input, `${set.source.join('\n')}\n`);
    output = execFileSync('apertium', ['-u', mode, input], { encoding: 'utf8', maxBuffer: 1 << 28 });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const lines = output.replace(/\n$/, '').split('\n');
  if (lines.length !== set.source.length) throw new Error(`Apertium gave ${lines.length} lines`);
  return lines.map((line, index) =>
    finish(line.replace(/[*#@](?=\p{L})/gu, ''), set.source[index] ?? '', { bare: false, target }),
  );
}

/** FLORES-dev files `flores-dev.<language>` of a folder; undefined when they are not there. */
export function floresSet(folder: string, source: string, target: string, most: number): TestSet | undefined {
  const lines = (language: string): string[] => {
    const path = join(folder, `flores-dev.${language}`);
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').slice(0, most) : [];
  };
  const set = { name: 'FLORES-dev', source: lines(source), reference: lines(target) };
  return set.source.length > 0 && set.source.length === set.reference.length ? set : undefined;
}

/** A set in a file: tab-separated, source and reference last; undefined when the file is not there. */
export function pairSet(name: string, path: string, most: number): TestSet | undefined {
  if (!existsSync(path)) return undefined;
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split('\t').slice(-2))
    .filter((columns) => columns.length === 2)
    .slice(0, most);
  return {
    name,
    source: rows.map(([text = '']) => text),
    reference: rows.map(([, text = '']) => text),
  };
}
