import type { ModelStage, PackId } from './catalogue.ts';
import { bestHere, offersFor, translatorHere, type Here } from './choose.ts';
import type { ErrorCode } from './errors.ts';
import { familyOf } from './families/index.ts';
import { sameLanguage, speaks } from './language/tags.ts';
import type { Voice } from './ports.ts';

/**
 * What can be offered before a job starts, by the same rules that choose its models, so that nothing is offered that
 * the job would refuse.
 */

/** The languages of a job, as far as known before it starts. */
export interface LanguageChoice {
  /** BCP-47, or 'auto'. */
  readonly source: string;
  readonly target: string;
  /** The user's own subtitles and their language, where known. */
  readonly subtitles: { readonly language: string | undefined } | undefined;
}

/** Languages that the models for a stage support, each once. */
export function languagesHere(
  here: Here,
  pack: PackId | 'auto',
  stage: ModelStage,
  side: 'source' | 'target',
): string[] {
  const { models } = offersFor(here.catalogue, pack, stage);
  const installed = models.filter(({ id }) => here.installed.has(id));
  return [...new Set(installed.flatMap(({ languages }) => languages[side] ?? []))];
}

/** The preset voices that a job may name for a language, best first. */
export function voicesHere(here: Here, pack: PackId | 'auto', target: string): readonly Voice[] {
  const model = bestHere(here, pack, 'synthesise', { target });
  if (model === undefined || !speaks(model.languages.target ?? [], target)) return [];
  return familyOf(model, 'synthesise').voices(model, target);
}

/** Why the installed models cannot serve these languages; undefined when they can. */
export function unserved(choice: LanguageChoice, here: Here, pack: PackId | 'auto'): ErrorCode | undefined {
  const { target, subtitles } = choice;
  if (bestHere(here, pack, 'synthesise', { target }) === undefined) return 'language.unsupported';
  if (sameLanguage(subtitles?.language, target)) return undefined;
  const sources = spokenChoices(choice, here, pack);
  if (sources.length === 0) return 'language.unrecognised';
  const translator = (source: string) =>
    subtitles === undefined
      ? translatorHere(here, pack, { source, target })
      : bestHere(here, pack, 'translate', { source, target });
  const possible = sources.some((source) => sameLanguage(source, target) || translator(source) !== undefined);
  return possible ? undefined : 'language.pair_unavailable';
}

/** The languages the words may be in when translation begins. */
function spokenChoices({ source, subtitles }: LanguageChoice, here: Here, pack: PackId | 'auto'): string[] {
  if (subtitles !== undefined) {
    const given = subtitles.language ?? (source === 'auto' ? undefined : source);
    return given === undefined ? languagesHere(here, pack, 'translate', 'source') : [given];
  }
  const heard = languagesHere(here, pack, 'recognise', 'source');
  return source === 'auto' ? heard : heard.filter((language) => sameLanguage(language, source));
}
