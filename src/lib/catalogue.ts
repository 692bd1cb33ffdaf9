import type { Catalogue, ModelStage } from '@octavia/pipeline/catalogue';
import { modelsFor } from '@octavia/pipeline/catalogue';
import { familyOf } from '@octavia/pipeline/families/index';
import type { ErrorCode } from '@octavia/pipeline/errors';
import { sameLanguage } from '@octavia/pipeline/language/tags';
import type { Voice } from '@octavia/pipeline/ports';
import data from '../../models/catalogue.json';

/** The catalogue the page was built with. */
export const catalogue = data as unknown as Catalogue;

/** Ids of the models that come with Octavia; the others have to be fetched. */
export const SHIPPED: ReadonlySet<string> = new Set(
  catalogue.models.filter(({ hub }) => hub === undefined).map(({ id }) => id),
);

/** Ids of all models, for a place that has them or can get them. */
export const EVERY: ReadonlySet<string> = new Set(catalogue.models.map(({ id }) => id));

/** Without those that should have come with Octavia but are not where they should be. */
export function trulyHere(installed: ReadonlySet<string>, shipped: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...installed].filter((id) => shipped.has(id) || !SHIPPED.has(id)));
}

/** What the user wants, as far as it is known before the start. */
export interface Wish {
  /** BCP-47, or 'auto'. */
  readonly source: string;
  readonly target: string;
  /** Own subtitles and their language where it is known. */
  readonly subtitles: { readonly language: string | undefined } | undefined;
}

/**
 * Why the catalogue cannot serve a wish, or undefined when it can.
 * @param installed ids of the models that are here
 */
export function unserved(wish: Wish, installed: ReadonlySet<string>): ErrorCode | undefined {
  if (!serves('synthesise', { target: wish.target }, installed)) return 'language.unsupported';
  if (sameLanguage(wish.subtitles?.language, wish.target)) return undefined;
  const sources = spokenChoices(wish, installed);
  if (sources.length === 0) return 'language.unrecognised';
  const possible = sources.some(
    (source) =>
      sameLanguage(source, wish.target) || serves('translate', { source, target: wish.target }, installed),
  );
  return possible ? undefined : 'language.pair_unavailable';
}

/** The languages the words may be in when translation begins. */
function spokenChoices({ source, subtitles }: Wish, installed: ReadonlySet<string>): string[] {
  if (subtitles !== undefined) {
    const given = subtitles.language ?? (source === 'auto' ? undefined : source);
    return given === undefined ? languages('translate', 'source', installed) : [given];
  }
  const heard = languages('recognise', 'source', installed);
  return source === 'auto' ? heard : heard.filter((language) => sameLanguage(language, source));
}

/** Languages that models of a stage know, each once. */
export function languages(
  stage: ModelStage,
  side: 'source' | 'target',
  installed: ReadonlySet<string>,
): string[] {
  const models = catalogue.models.filter((model) => model.stage === stage && installed.has(model.id));
  return [...new Set(models.flatMap((model) => model.languages[side] ?? []))];
}

/** Voices offered by name: the best two of each gender. */
const VOICES_EACH = 2;

/** Voices for a language, as a choice that a person can make. */
export function offeredVoices(target: string): { voice: Voice; title: string }[] {
  const model = catalogue.packs.flatMap((pack) => modelsFor(catalogue, pack.id, 'synthesise', { target }))[0];
  if (model === undefined) return [];
  return (['female', 'male'] as const).flatMap((gender) =>
    familyOf(model, 'synthesise')
      .voices(model, target)
      .filter((voice) => voice.gender === gender)
      .slice(0, VOICES_EACH)
      .map((voice, i) => ({ voice, title: `${gender === 'female' ? 'Female' : 'Male'} ${i + 1}` })),
  );
}

function serves(
  stage: ModelStage,
  wanted: { source?: string; target?: string },
  installed: ReadonlySet<string>,
): boolean {
  return catalogue.packs.some((pack) =>
    modelsFor(catalogue, pack.id, stage, wanted).some((model) => installed.has(model.id)),
  );
}
