import { isShipped, type Catalogue, type ModelStage } from '@octavia/pipeline/catalogue';
import type { Here } from '@octavia/pipeline/choose';
import type { ErrorCode } from '@octavia/pipeline/errors';
import {
  languagesHere,
  unserved as unservedHere,
  voicesHere,
  type LanguageChoice,
} from '@octavia/pipeline/offers';
import type { Voice } from '@octavia/pipeline/ports';
import data from '../../models/catalogue.json';

/** The catalogue the page was built with. */
export const catalogue = data as unknown as Catalogue;

/** Ids of the models that come with Octavia; the others have to be fetched. */
export const SHIPPED: ReadonlySet<string> = new Set(catalogue.models.filter(isShipped).map(({ id }) => id));

/** Ids of all models, for a place that has or can get them all. */
export const EVERY: ReadonlySet<string> = new Set(catalogue.models.map(({ id }) => id));

/** Without models that should come with Octavia but are missing. */
export function trulyHere(installed: ReadonlySet<string>, shipped: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...installed].filter((id) => shipped.has(id) || !SHIPPED.has(id)));
}

/** Why the models cannot serve these languages, or undefined when they can. @param installed ids of the models that are here */
export function unserved(choice: LanguageChoice, installed: ReadonlySet<string>): ErrorCode | undefined {
  return unservedHere(choice, { catalogue, installed }, 'auto');
}

/** Languages that models of a stage support, each once. */
export function languages(
  stage: ModelStage,
  side: 'source' | 'target',
  installed: ReadonlySet<string>,
): string[] {
  return languagesHere({ catalogue, installed }, 'auto', stage, side);
}

/** Voices offered by name: the best two of each gender. */
const VOICES_EACH = 2;

/** Voices for a language, as a choice that a person can make. */
export function offeredVoices(target: string, here: Here): { voice: Voice; title: string }[] {
  const voices = voicesHere(here, 'auto', target);
  return (['female', 'male'] as const).flatMap((gender) =>
    voices
      .filter((voice) => voice.gender === gender)
      .slice(0, VOICES_EACH)
      .map((voice, i) => ({ voice, title: `${gender === 'female' ? 'Female' : 'Male'} ${i + 1}` })),
  );
}
