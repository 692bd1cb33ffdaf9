import type { ModelEntry, ModelStage } from '@octavia/pipeline/catalogue';
import { languageName, sizeInWords } from '../words.ts';

/** What a model does, for its row. */
export const STAGE_TITLES: Readonly<Record<ModelStage, string>> = {
  vad: 'Finds speech',
  recognise: 'Transcribes speech',
  diarise: 'Tells speakers apart',
  embed: 'Recognises a voice',
  separate: 'Separates the voice from music and noise',
  translate: 'Translates',
  synthesise: 'Speaks',
  stretch: 'Changes the pace of speech',
};

/** Up to this many languages are named; otherwise their number is given. */
const NAMED = 8;

export interface Ability {
  readonly what: string;
  readonly which: string;
}

/** What several models together can do, in the user's words. */
export function abilities(models: readonly ModelEntry[]): Ability[] {
  const of = (stage: ModelStage): ModelEntry[] => models.filter((model) => model.stage === stage);
  const heard = tags(of('recognise'), 'source');
  const spoken = tags(of('synthesise'), 'target');
  const found: (Ability | undefined)[] = [
    heard.length > 0 ? { what: 'Understands', which: languages(heard) } : undefined,
    translation(of('translate')),
    spoken.length > 0 ? { what: 'Speaks', which: languages(spoken) } : undefined,
    models.some(({ clones }) => clones) ? { what: 'Speaks', which: 'in the speaker’s voice' } : undefined,
    of('diarise').length > 0 ? { what: 'Tells apart', which: 'who is speaking' } : undefined,
    of('separate').length > 0 ? { what: 'Keeps', which: 'music and noise under the new voice' } : undefined,
  ];
  return found.filter((ability) => ability !== undefined);
}

function translation(models: readonly ModelEntry[]): Ability | undefined {
  if (models.length === 0) return undefined;
  const [from, into] = [tags(models, 'source'), tags(models, 'target')];
  return { what: 'Translates', which: `${languages(from)} → ${languages(into)}` };
}

/** A model's languages, in words. */
export function speaks({ languages: { source, target } }: ModelEntry): string {
  if (source && target) return `${languages(source)} → ${languages(target)}`;
  const either = source ?? target;
  return either === undefined ? 'any language' : languages(either);
}

function tags(models: readonly ModelEntry[], side: 'source' | 'target'): string[] {
  return [...new Set(models.flatMap(({ languages: known }) => known[side] ?? []))];
}

function languages(known: readonly string[]): string {
  return known.length > NAMED ? `${known.length} languages` : known.map(languageName).join(', ');
}

/** What the device needs. */
export function needs(models: readonly ModelEntry[]): string {
  const memory = Math.max(0, ...models.map(({ memoryBytes }) => memoryBytes));
  const gpu = models.some(({ graphs = {} }) =>
    Object.values(graphs).some(({ devices }) => devices[0] === 'webgpu'),
  );
  const parts = [
    memory > 0 ? `Uses up to ${sizeInWords(memory)} of memory` : '',
    gpu ? 'faster where the browser has WebGPU' : '',
  ];
  return parts.filter(Boolean).join('; ');
}

/** Titles of the models that may not be used commercially. */
export function nonCommercial(models: readonly ModelEntry[]): string[] {
  return models.filter(({ licence }) => licence.nonCommercial).map(({ title }) => title);
}
