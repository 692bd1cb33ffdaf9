import { join } from 'node:path';
import { modelsFor } from '@octavia/pipeline';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { readCatalogue } from '../../gpu-worker/catalogue.ts';
import type { Bench, Measure } from './measure.ts';
import { benchMt, dialogueSet, floresSet } from './mt.ts';
import type { MtScore } from './mt.ts';

const ROOT = join(import.meta.dirname, '../..');
const LANGUAGES = { source: 'en', target: 'es' };
/** FLORES-dev lies in the shared folder beside the checkout where there is one; it is not ours to ship. */
const FLORES = process.env['OCTAVIA_BENCH_FLORES'] ?? join(ROOT, '../shared/data/mt');
/** Tab-separated sentences, source and reference in the last two columns. */
const DIALOGUE = process.env['OCTAVIA_BENCH_DIALOGUE'] ?? join(ROOT, 'models/training/held-out.tsv');
/** Enough for half a point of chrF, and for a minute or two of work. */
const SENTENCES = 300;

/** Translation quality and speed of the installed model, against Apertium on the same sentences. */
export const bench: Bench = async (signal) => {
  const catalogue = await readCatalogue();
  const model = modelsFor(catalogue, 'starter', 'translate', LANGUAGES)[0];
  if (model === undefined) return [];
  const models = createModelFiles(join(ROOT, 'static/models'));
  const sets = [
    floresSet(FLORES, LANGUAGES.source, LANGUAGES.target, SENTENCES),
    dialogueSet(DIALOGUE, SENTENCES),
  ].filter((set) => set !== undefined);
  const host = { models, inference: createInference(models) };
  const scores = await benchMt({ host, model, ...LANGUAGES, sets, signal });
  return scores.flatMap((score) => measures(score, scores, model.id));
};

function measures(score: MtScore, all: readonly MtScore[], model: string): Measure[] {
  const { set, system } = score;
  const note = `${system === 'apertium' ? 'apertium' : model}, ${SENTENCES} sentences at most`;
  const rival = all.find((other) => other.set === set && other.system === 'apertium');
  const bar = system === 'stage' && set === 'FLORES-dev' ? { atLeast: 40 } : {};
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
