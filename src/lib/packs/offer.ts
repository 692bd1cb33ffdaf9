import { compact } from '@octavia/pipeline/compact';
import { isShipped, type ModelEntry, type ModelStage, type Pack } from '@octavia/pipeline/catalogue';
import { sameLanguage } from '@octavia/pipeline/language/tags';
import type { LanguageChoice } from '@octavia/pipeline/offers';
import { catalogue } from '../catalogue.ts';
import { chosenModels, runsInTab } from './selection.ts';

/** A pack that would do a job better than the installed models. */
export interface Offer {
  readonly pack: Pack;
  /** Its models that are still to be fetched. */
  readonly models: readonly ModelEntry[];
}

/** The first pack above the starter that a tab can run, if part of it is missing and the job would use it. */
export function betterPack(choice: LanguageChoice, installed: ReadonlySet<string>): Offer | undefined {
  for (const pack of catalogue.packs) {
    const models = modelsFor(pack, choice);
    if (models.every(isShipped) || !runsInTab(models)) continue;
    const missing = models.filter(({ id }) => !installed.has(id));
    const useful = missing.some(({ stage }) => uses(choice, stage));
    return useful ? { pack, models: missing } : undefined;
  }
  return undefined;
}

/** Empty when the pack has nothing for these languages. */
function modelsFor(pack: Pack, { source, target, subtitles }: LanguageChoice): ModelEntry[] {
  const spoken = source === 'auto' ? (subtitles?.language ?? pack.pair?.source) : source;
  try {
    return chosenModels(pack, compact({ source: spoken, target }));
  } catch {
    return [];
  }
}

/** The user's own subtitles replace recognition, and translation too when they are in the target language. */
function uses({ subtitles, target }: LanguageChoice, stage: ModelStage): boolean {
  if (stage === 'recognise') return subtitles === undefined;
  if (stage === 'translate') return !sameLanguage(subtitles?.language, target);
  return stage === 'synthesise';
}
