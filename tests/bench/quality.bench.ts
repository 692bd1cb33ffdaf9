import { modelsFor, PACKS, type ModelEntry } from '@octavia/pipeline/catalogue';
import { bestHere } from '@octavia/pipeline/choose';
import type { NodeHost } from '../../gpu-worker/host.ts';
import { withHost } from './host.ts';
import type { Bench, Measure } from './measure.ts';
import { translated } from './mt.ts';
import { chrf } from './metrics.ts';
import { scoreHearing } from './quality/hearing.ts';
import { recordingsIn } from './quality/recordings.ts';
import { LANGUAGES, SENTENCES, type SpokenLanguage } from './quality/sentences.ts';
import { scoreVoices, type EngineScore } from './quality/spoken.ts';

/** Percent of the words that must be recognised again, and the processor's time that a second of sound may take. */
const BARS: Readonly<Record<string, { recognised: number; cpu?: number }>> = {
  kokoro: { recognised: 90, cpu: 0.35 },
  'svox-pico': { recognised: 88 },
};
/** Of a model with more voices, the best of each language are enough. */
const VOICES = 7;
const FLOOR_VOICES = 2;
/** How far the catalogue's memory may be from the truth. */
const MEMORY = { atLeast: 0.8, atMost: 1.2 };

/** What a first dub is made of: how well it is heard, translated and spoken by what is installed here. */
export const bench: Bench = (signal, { speech }) =>
  withHost(async (host) => {
    const found: Measure[] = [];
    if (speech !== undefined) found.push(...(await scoreHearing(host, recordingsIn(speech), signal)));
    found.push(...(await scoreTranslation(host, signal)), ...(await scoreSpeaking(host, signal)));
    return found;
  });

async function installed(host: NodeHost): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const model of host.catalogue.models) if (await host.models.installed(model)) ids.add(model.id);
  return ids;
}

async function scoreTranslation(host: NodeHost, signal: AbortSignal): Promise<Measure[]> {
  const here = { catalogue: host.catalogue, installed: await installed(host) };
  const found: Measure[] = [];
  for (const target of LANGUAGES) {
    const model = bestHere(here, 'auto', 'translate', { source: 'en', target });
    if (target === 'en' || model === undefined) continue;
    const set = { name: 'everyday', source: SENTENCES.en, reference: SENTENCES[target] };
    const output = await translated({ host, model, source: 'en', target, sets: [set], signal }, set);
    const note = `${model.title}, ${set.source.length} sentences`;
    found.push({
      name: `translated, en to ${target}`,
      value: chrf(output, set.reference),
      unit: 'chrF',
      note,
    });
  }
  return found;
}

async function scoreSpeaking(host: NodeHost, signal: AbortSignal): Promise<Measure[]> {
  const here = await installed(host);
  const ears = bestHere({ catalogue: host.catalogue, installed: here }, 'auto', 'recognise');
  if ((ears?.languages.source ?? []).length < 2) return [];
  const listener = await host.engines.recogniser(ears as ModelEntry, signal);
  try {
    const found: Measure[] = [];
    for (const model of voicesOf(host).filter(({ id }) => here.has(id))) {
      const most = BARS[model.runtime] === undefined ? FLOOR_VOICES : VOICES;
      const languages = LANGUAGES.filter((language) => speaks(model, language));
      found.push(...figures(await scoreVoices(host, model, { languages, most }, listener, signal)));
    }
    return found;
  } finally {
    await listener.close();
  }
}

/** Every model with voices of its own, each once. */
function voicesOf({ catalogue }: NodeHost): ModelEntry[] {
  const models = PACKS.flatMap((pack) => modelsFor(catalogue, pack, 'synthesise'));
  return [...new Set(models)].filter(({ clones }) => clones === undefined);
}

function speaks({ languages }: ModelEntry, language: SpokenLanguage): boolean {
  return languages.target?.includes(language) ?? false;
}

function figures({ model, voices, cpuPerSecond, peakBytes }: EngineScore): Measure[] {
  const bar = BARS[model.runtime];
  const drafts = voices.flatMap(({ voice, language, drafted }) => {
    const name = `into English while it listens, ${language}: ${model.title}, ${voice.id}`;
    return drafted === undefined ? [] : [{ name, value: drafted, unit: 'chrF' }];
  });
  return [
    ...drafts,
    ...voices.map(({ voice, language, recognised }) => ({
      name: `recognised again, ${language}: ${model.title}, ${voice.id}`,
      value: recognised,
      unit: '%',
      ...(bar && { atLeast: bar.recognised }),
    })),
    {
      name: `${model.title}, processor for a second of sound`,
      value: cpuPerSecond,
      unit: 's',
      ...(bar?.cpu !== undefined && { atMost: bar.cpu }),
    },
    {
      name: `${model.title}, memory against the catalogue's`,
      value: peakBytes / model.memoryBytes,
      unit: '×',
      note: `${(peakBytes / 1e6).toFixed(0)} MB`,
      ...MEMORY,
    },
  ];
}
