import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSeq2Seq } from '@octavia/pipeline/graph/seq2seq';
import { detectLanguage } from '@octavia/pipeline/language/detect';
import { translate, type TranslateRequest } from '@octavia/pipeline/stages/translate/translate';
import type { Line, ModelEntry } from '@octavia/pipeline';
import { describe, expect, it } from 'vitest';
import { chrf } from '../bench/metrics.ts';
import { graphHost } from '../support/models/graph-host.ts';

const STARTER = join(import.meta.dirname, '../../models/starter');
const LINES = [
  "I don't know what to say.",
  'Where have you been all this time?',
  'We arrived in 1984 with 250 people.',
  'Octavia is ready, and the server is too.',
  'hello everyone and welcome',
  'LOOK OUT! HE HAS A GUN!',
  'Good morning, my friend 😀',
];

interface Target {
  /** BCP-47 and, in the model's name, ISO 639-3. */
  readonly code: string;
  readonly folder: string;
  readonly server: string;
  readonly question: RegExp;
  /** Everyday sentences with what a person would say. */
  readonly everyday: readonly (readonly [english: string, translation: string])[];
}

const TARGETS: readonly Target[] = [
  {
    code: 'es',
    folder: 'translate-eng-spa',
    server: 'servidor',
    question: /¿.*\?$/,
    everyday: [
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
      [
        'My grandmother used to tell us stories about the war.',
        'Mi abuela solía contarnos historias sobre la guerra.',
      ],
      ['My sister bought a new car last week.', 'Mi hermana compró un coche nuevo la semana pasada.'],
      ['It is half past six.', 'Son las seis y media.'],
      ['Good morning.', 'Buenos días.'],
    ],
  },
  {
    code: 'fr',
    folder: 'translate-eng-fra',
    server: 'serveur',
    question: /\S\u00a0\?$/,
    everyday: [
      ['Good evening, and welcome aboard.', 'Bonsoir et bienvenue à bord.'],
      ["I don't know what to say.", 'Je ne sais pas quoi dire.'],
      ['Where are you going?', 'Où vas-tu ?'],
      ['Thank you very much for your help.', 'Merci beaucoup pour votre aide.'],
      [
        'We have to find the king before the army arrives.',
        "Nous devons trouver le roi avant que l'armée n'arrive.",
      ],
      [
        'When it is dark, we will see the first stars.',
        'Quand il fera nuit, nous verrons les premières étoiles.',
      ],
      ['How much does it cost?', 'Combien ça coûte ?'],
      ['She wants to talk to you tomorrow.', 'Elle veut te parler demain.'],
      [
        'My grandmother used to tell us stories about the war.',
        'Ma grand-mère nous racontait des histoires sur la guerre.',
      ],
      ['My sister bought a new car last week.', 'Ma sœur a acheté une nouvelle voiture la semaine dernière.'],
      ['It is half past six.', 'Il est six heures et demie.'],
      ['Good morning.', 'Bonjour.'],
    ],
  },
  {
    code: 'de',
    folder: 'translate-eng-deu',
    server: 'Server',
    question: /\?$/,
    everyday: [
      ['Good evening, and welcome aboard.', 'Guten Abend und willkommen an Bord.'],
      ["I don't know what to say.", 'Ich weiß nicht, was ich sagen soll.'],
      ['Where are you going?', 'Wohin gehst du?'],
      ['Thank you very much for your help.', 'Vielen Dank für deine Hilfe.'],
      [
        'We have to find the king before the army arrives.',
        'Wir müssen den König finden, bevor die Armee ankommt.',
      ],
      [
        'When it is dark, we will see the first stars.',
        'Wenn es dunkel ist, werden wir die ersten Sterne sehen.',
      ],
      ['How much does it cost?', 'Wie viel kostet es?'],
      ['She wants to talk to you tomorrow.', 'Sie will morgen mit dir reden.'],
      [
        'My grandmother used to tell us stories about the war.',
        'Meine Großmutter hat uns früher Geschichten über den Krieg erzählt.',
      ],
      ['My sister bought a new car last week.', 'Meine Schwester hat letzte Woche ein neues Auto gekauft.'],
      ['It is half past six.', 'Es ist halb sieben.'],
      ['Good morning.', 'Guten Morgen.'],
    ],
  },
];

/** The weights that ship with the project, through the same path as a dub takes. */
describe.each(TARGETS)(
  'the starter model, English to $code',
  ({ code, folder, server, question, everyday }) => {
    const paths = readdirSync(join(STARTER, folder), { recursive: true, encoding: 'utf8' });
    const entry: ModelEntry = {
      id: folder,
      stage: 'translate',
      runtime: 'marian',
      title: 'Starter',
      revision: '1',
      files: paths.map((path) => ({ path: path.replaceAll('\\', '/'), bytes: 0, sha256: '' })),
      languages: { source: ['en'], target: [code] },
      licence: { spdx: 'MIT', nonCommercial: false },
      memoryBytes: 0,
      rtf: 0,
      facts: [],
    };
    const host = graphHost((file) => readFileSync(join(STARTER, folder, file)));
    const never = new AbortController().signal;

    async function best(texts: readonly string[], more: Partial<TranslateRequest> = {}): Promise<string[]> {
      const lines = texts.map((text, index): Line => {
        return { id: `s${index}`, speaker: 'a', start: index, end: index + 1, text, confidence: undefined };
      });
      const want = { source: 'en', target: code, ...more };
      const { lines: out } = await translate({ host, signal: never }, entry, { language: 'en', lines }, want);
      for (const line of out) expect(line.candidates.length).toBeLessThanOrEqual(4);
      return out.map((line) => line.candidates[0] ?? '');
    }

    it('gives the language with every term kept', async () => {
      const out = await best(LINES, { glossary: { server }, doNotTranslate: ['Octavia'] });
      expect(detectLanguage(out.join('\n'))?.language).toBe(code);
      expect(out[1]).toMatch(question);
      expect(out[2]).toMatch(/1984.*250|250.*1984/);
      expect(out[3]).toMatch(/Octavia/);
      expect(out[3]?.toLowerCase()).toContain(server.toLowerCase());
      expect(out[6]).toMatch(/😀$/);
    });

    it('says in everyday words about what a person would', async () => {
      const out = await best(everyday.map(([english]) => english));
      const wanted = everyday.map(([, translation]) => translation);
      expect(chrf(out, wanted)).toBeGreaterThan(75);
    });

    it('says the same in a batch as alone', async () => {
      const model = await openSeq2Seq(host, entry, never);
      try {
        const sources = LINES.map((line) => model.vocabulary.encode(line));
        const together = await model.generate(sources, { beams: 4 }, never);
        const alone = await Promise.all(
          sources.map((source) => model.generate([source], { beams: 4 }, never)),
        );
        const texts = (all: typeof together): string[] =>
          all.map(({ hypotheses }) => model.vocabulary.decode(hypotheses[0]?.tokens ?? []));
        expect(texts(together)).toEqual(texts(alone.flat()));
      } finally {
        await model.close();
      }
    });
  },
);
