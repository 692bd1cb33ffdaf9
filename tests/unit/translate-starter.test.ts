import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectLanguage, openSeq2Seq, translate } from '@octavia/pipeline';
import type { Line, ModelEntry } from '@octavia/pipeline';
import { describe, expect, test } from 'vitest';
import { chrf } from '../bench/metrics.ts';
import { graphHost } from '../support/graph-host.ts';

const FOLDER = join(import.meta.dirname, '../../models/starter/translate-eng-spa');
const LINES = [
  "I don't know what to say.",
  'Where have you been all this time?',
  'We arrived in 1984 with 250 people.',
  'Octavia is ready, and the server is too.',
  'hello everyone and welcome',
  'LOOK OUT! HE HAS A GUN!',
  'Good morning, my friend 😀',
];

/** Everyday sentences with what a person would say. */
const EVERYDAY: readonly (readonly [english: string, spanish: string])[] = [
  ['Good evening, and welcome aboard.', 'Buenas noches y bienvenidos a bordo.'],
  ["I don't know what to say.", 'No sé qué decir.'],
  ['Where are you going?', '¿Adónde vas?'],
  ['Thank you very much for your help.', 'Muchas gracias por tu ayuda.'],
  [
    'We have to find the king before the army arrives.',
    'Tenemos que encontrar al rey antes de que llegue el ejército.',
  ],
  ['When it is dark, we will see the first stars.', 'Cuando oscurezca, veremos las primeras estrellas.'],
  ['How much does it cost?', '¿Cuánto cuesta?'],
  ['She wants to talk to you tomorrow.', 'Ella quiere hablar contigo mañana.'],
];

/** The weights that ship with the project, through the same path as a dub takes. */
describe('the starter model, English to Spanish', () => {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const entry: ModelEntry = {
    id: 'translate-eng-spa',
    stage: 'translate',
    runtime: 'marian',
    title: 'Starter',
    revision: '1',
    files: paths.map((path) => ({ path: path.replaceAll('\\', '/'), bytes: 0, sha256: '' })),
    languages: { source: ['en'], target: ['es'] },
    licence: { spdx: 'MIT', nonCommercial: false },
    memoryBytes: 0,
    rtf: 0,
    facts: [],
  };
  const host = graphHost((file) => readFileSync(join(FOLDER, file)));
  const never = new AbortController().signal;

  test('gives Spanish with every term kept', async () => {
    const lines = LINES.map((text, index): Line => {
      return { id: `s${index}`, speaker: 'a', start: index, end: index + 1, text, confidence: undefined };
    });
    const want = {
      source: 'en',
      target: 'es',
      glossary: { server: 'servidor' },
      doNotTranslate: ['Octavia'],
    };
    const { lines: out } = await translate(host, entry, { language: 'en', lines }, want, never);
    const best = out.map((line) => line.candidates[0] ?? '');
    expect(detectLanguage(best.join('\n'))?.language).toBe('es');
    expect(best[1]).toMatch(/¿.*\?$/);
    expect(best[2]).toMatch(/1984.*250|250.*1984/);
    expect(best[3]).toMatch(/Octavia/);
    expect(best[3]).toMatch(/servidor/i);
    expect(best[6]).toMatch(/😀$/);
    for (const line of out) expect(line.candidates.length).toBeLessThanOrEqual(4);
  });

  test('says in everyday words about what a person would', async () => {
    const lines = EVERYDAY.map(([text], index): Line => {
      return { id: `s${index}`, speaker: 'a', start: index, end: index + 1, text, confidence: undefined };
    });
    const want = { source: 'en', target: 'es' };
    const { lines: out } = await translate(host, entry, { language: 'en', lines }, want, never);
    const best = out.map((line) => line.candidates[0] ?? '');
    expect(
      chrf(
        best,
        EVERYDAY.map(([, spanish]) => spanish),
      ),
    ).toBeGreaterThan(55);
  });

  test('says the same in a batch as alone', async () => {
    const model = await openSeq2Seq(host, entry, never);
    try {
      const sources = LINES.map((line) => model.vocabulary.encode(line));
      const together = await model.generate(sources, { beams: 4 }, never);
      const alone = await Promise.all(sources.map((source) => model.generate([source], { beams: 4 }, never)));
      const texts = (all: typeof together): string[] =>
        all.map(({ hypotheses }) => model.vocabulary.decode(hypotheses[0]?.tokens ?? []));
      expect(texts(together)).toEqual(texts(alone.flat()));
    } finally {
      await model.close();
    }
  });
});
