import { homedir } from 'node:os';
import { join } from 'node:path';
import { modelsFor } from '@octavia/pipeline/catalogue';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { readCatalogue } from '../../gpu-worker/catalogue.ts';
import type { Bench, Measure } from './measure.ts';
import { benchMt, floresSet, pairSet } from './mt.ts';
import type { MtScore } from './mt.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = 'en';
/** What the starter translates into, and what it must reach on FLORES-dev. */
const TARGETS = [
  { target: 'es', name: 'translate-eng-spa', atLeast: 40 },
  { target: 'fr', name: 'translate-eng-fra', atLeast: 40 },
  { target: 'de', name: 'translate-eng-deu', atLeast: 40 },
];
/** FLORES-dev lies in the shared folder beside the checkout where there is one; it is not ours to ship. */
const FLORES = process.env['OCTAVIA_BENCH_FLORES'] ?? join(ROOT, '../shared/data/mt');
/** Where models/training works: its evaluation leaves the held-out dialogue there. */
const TRAINING = process.env['OCTAVIA_TRAINING'] ?? join(homedir(), '.cache/octavia-training');
/** Enough for half a point of chrF, and for a minute or two of work for each target. */
const SENTENCES = Number(process.env['OCTAVIA_BENCH_SENTENCES'] ?? 300);

/** Translation quality and speed of the installed models, against Apertium on the same sentences. */
export const bench: Bench = async (signal) => {
  const catalogue = await readCatalogue();
  const models = createModelFiles(join(ROOT, 'static/models'));
  const host = { models, inference: createInference(models) };
  const found: Measure[] = [];
  for (const { target, name, atLeast } of TARGETS) {
    const model = modelsFor(catalogue, 'starter', 'translate', { source: SOURCE, target })[0];
    if (model === undefined) continue;
    const sets = [
      floresSet(FLORES, SOURCE, target, SENTENCES),
      ...['dialogue', 'as-recognised', 'prose'].map((set) =>
        pairSet(set, join(TRAINING, name, `test.${set}.tsv`), SENTENCES),
      ),
    ].filter((set) => set !== undefined);
    const scores = await benchMt({ host, model, source: SOURCE, target, sets, signal });
    const rows = scores.flatMap((score) => measures(score, scores, model.id, atLeast));
    found.push(...rows.map((row) => ({ ...row, name: `${target}, ${row.name}` })));
  }
  return found;
};

function measures(score: MtScore, all: readonly MtScore[], model: string, atLeast: number): Measure[] {
  const { set, system } = score;
  const note = `${system === 'apertium' ? 'apertium' : model}, ${SENTENCES} sentences at most`;
  const rival = all.find((other) => other.set === set && other.system === 'apertium');
  const bar = system === 'stage' && set === 'FLORES-dev' ? { atLeast } : {};
  const against =
    system === 'stage' && set === 'dialogue' && rival !== undefined
      ? [{ name: `${set}: chrF against Apertium's`, value: score.chrf / rival.chrf, unit: '×', atLeast: 1 }]
      : [];
  return [
    { name: `${set}: ${system}, chrF2`, value: score.chrf, unit: 'chrF', note, ...bar },
    { name: `${set}: ${system}, BLEU`, value: score.bleu, unit: 'BLEU' },
    { name: `${set}: ${system}, speed`, value: score.sentencesPerSecond, unit: 'sent/s' },
    ...against,
  ];
}
