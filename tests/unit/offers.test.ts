import { describe, expect, it } from 'vitest';
import { isShipped, type Catalogue, type ModelEntry } from '@octavia/pipeline/catalogue';
import { checkCatalogue } from '@octavia/pipeline/catalogue-check';
import type { Here } from '@octavia/pipeline/choose';
import { familyOf } from '@octavia/pipeline/families/index';
import { languagesHere, unserved, voicesHere } from '@octavia/pipeline/offers';
import { selectModels } from '@octavia/pipeline/packs/select';
import type { Host, MediaFile } from '@octavia/pipeline/ports';
import { chooseModels } from '@octavia/pipeline/prepare';
import { chooseVoices } from '@octavia/pipeline/stages/synthesise/voices';
import data from '../../models/catalogue.json' with { type: 'json' };
import { mono } from '../support/sound/in-memory.ts';

const catalogue: Catalogue = checkCatalogue(structuredClone(data), 'models/catalogue.json');
const shipped = catalogue.models.filter(isShipped);

/** The starter, and what else was pulled. */
function hereWith(pulled: readonly ModelEntry[]): Here {
  return { catalogue, installed: new Set([...shipped, ...pulled].map(({ id }) => id)) };
}

/** The models that a job gets, or the reason why it is refused. */
function jobWith(here: Here, source: string, target: string) {
  const models = { installed: ({ id }: ModelEntry) => Promise.resolve(here.installed.has(id)) };
  const request = {
    jobId: 'j',
    input: { name: 'a.mp4', bytes: 1 } satisfies MediaFile,
    source,
    target,
    pack: 'auto',
    voice: { kind: 'match' },
    background: 'duck',
    keepOriginal: true,
    device: 'auto',
  } as const;
  return chooseModels({ catalogue, models } as unknown as Host, request, undefined);
}

const line = { id: 's0001', speaker: 'speaker-1', start: 0, end: 1, text: 'Hi.', confidence: undefined };
const PULLS = ['nothing', ...catalogue.packs.map(({ id }) => id), 'supertonic-2', 'kokoro-82m'];

describe('into English', () => {
  const basic = hereWith(selectModels(catalogue, 'basic'));

  it('the recogniser drafts where no translator of the pair is here', async () => {
    const { translate, recognise } = await jobWith(basic, 'hi', 'en');
    expect(translate?.id).toBe('whisper-base');
    expect(translate).toBe(recognise);
    expect(unserved({ source: 'hi', target: 'en', subtitles: undefined }, basic, 'auto')).toBeUndefined();
  });

  it('a translator of the pair goes before', async () => {
    const both = hereWith([...selectModels(catalogue, 'basic'), ...selectModels(catalogue, 'opus-mt-es-en')]);
    expect((await jobWith(both, 'es', 'en')).translate?.id).toBe('opus-mt-es-en');
  });

  it('nothing is drafted from subtitles, into other languages, or by a recogniser that cannot', () => {
    const refused = (source: string, target: string, here: Here, language?: string) =>
      unserved(
        { source, target, subtitles: language === undefined ? undefined : { language } },
        here,
        'auto',
      );
    expect(refused('hi', 'en', basic, 'hi')).toBe('language.pair_unavailable');
    expect(refused('hi', 'es', basic)).toBe('language.pair_unavailable');
    expect(refused('hi', 'en', hereWith([]))).toBe('language.unrecognised');
  });
});

describe.each(PULLS)('with the starter and %s', (name) => {
  const here = hereWith(name === 'nothing' ? [] : selectModels(catalogue, name));
  const targets = languagesHere(here, 'auto', 'synthesise', 'target');
  const sources = languagesHere(here, 'auto', 'recognise', 'source');

  it('a job takes every pair of languages that is offered, and no other', async () => {
    expect(targets.length).toBeGreaterThan(0);
    expect(sources.length).toBeGreaterThan(0);
    for (const target of [...targets, 'tlh']) {
      for (const source of [sources[0] ?? '', sources.at(-1) ?? '']) {
        const refused = unserved({ source, target, subtitles: undefined }, here, 'auto') !== undefined;
        const job = jobWith(here, source, target);
        if (refused) await expect(job, `${source} to ${target}`).rejects.toHaveProperty('code');
        else await expect(job, `${source} to ${target}`).resolves.toHaveProperty('synthesise');
      }
    }
  });

  it('a job takes every voice that is offered', async () => {
    for (const target of targets.filter((tag) => sources.includes(tag))) {
      const { synthesise } = await jobWith(here, target, target);
      const family = familyOf(synthesise, 'synthesise');
      const job = { voices: (language: string) => family.voices(synthesise, language) };
      const offered = voicesHere(here, 'auto', target);
      const source = { lines: [line], speech: mono(new Float32Array(16_000), 16_000) };
      expect(offered.length).toBeGreaterThan(0);
      for (const { id } of offered) {
        const [chosen] = await chooseVoices(source, job, target, { kind: 'preset', id });
        expect(chosen?.voice.id).toBe(id);
      }
    }
  });
});
