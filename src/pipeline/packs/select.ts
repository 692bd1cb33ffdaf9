import { isShipped, modelById, type Catalogue, type ModelEntry, type Pack } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { sameLanguage, speaks } from '../language/tags.ts';

/** The languages a pull is for; BCP-47. */
export interface PullLanguages {
  readonly source?: string | undefined;
  readonly target?: string | undefined;
}

/**
 * The models that a name stands for: a model's id, or a pack's with the given languages (the pack's default pair
 * without any). Models that serve a single pair are pulled for that pair only.
 * Errors: `call.invalid` for an unknown name, `language.pair_unavailable`.
 */
export function selectModels(
  catalogue: Catalogue,
  name: string,
  languages: PullLanguages = {},
): ModelEntry[] {
  const model = modelById(catalogue, name);
  if (model !== undefined) return [model];
  const pack = catalogue.packs.find(({ id }) => id === name);
  if (pack === undefined) throw new OctaviaError('call.invalid', unknown(catalogue, name));
  const asked = languages.source !== undefined || languages.target !== undefined;
  const wanted = asked ? languages : (pack.pair ?? {});
  const chosen = modelsOf(catalogue, pack)
    .filter(({ id }) => pack.optional?.includes(id) !== true)
    .filter((entry) => serves(entry, wanted));
  requireLanguages(catalogue, pack, chosen, wanted);
  return chosen;
}

function modelsOf(catalogue: Catalogue, pack: Pack): ModelEntry[] {
  return pack.models.flatMap((id) => modelById(catalogue, id) ?? []);
}

function serves({ stage, languages }: ModelEntry, { source, target }: PullLanguages): boolean {
  // Someone who dubs into a language may speak any other: recognisers are chosen by the source, voices by the target.
  const from = stage === 'synthesise' || speaks(languages.source, source);
  return from && (stage === 'recognise' || speaks(languages.target, target));
}

/** The pack must understand and translate these languages; lower packs stand in for a voice it lacks. */
function requireLanguages(
  catalogue: Catalogue,
  pack: Pack,
  chosen: readonly ModelEntry[],
  { source, target }: PullLanguages,
): void {
  if (sameLanguage(source, target)) return;
  for (const stage of ['recognise', 'translate'] as const) {
    const offered = modelsOf(catalogue, pack).filter((model) => model.stage === stage);
    if (offered.length === 0 || chosen.some((model) => model.stage === stage)) continue;
    const side = stage === 'recognise' ? 'source' : 'target';
    const tags = [...new Set(offered.flatMap(({ languages }) => languages[side] ?? []))].sort();
    const what = { recognise: 'understands', translate: 'translates into' }[stage];
    throw new OctaviaError(
      'language.pair_unavailable',
      `"${pack.title}" has nothing for ${source ?? 'any'} to ${target ?? 'any'}: it ${what} ${tags.join(', ')}. Choose another pack, or provide subtitles.`,
    );
  }
}

function unknown({ packs, models }: Catalogue, name: string): string {
  const ids = models.filter((model) => !isShipped(model)).map(({ id }) => id);
  return `There is no pack or model "${name}". Packs: ${packs.map(({ id }) => id).join(', ')}. Models: ${ids.join(', ')}.`;
}
