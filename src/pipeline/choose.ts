import {
  howToGet,
  isShipped,
  modelsFor,
  PACKS,
  type Catalogue,
  type ModelEntry,
  type ModelStage,
  type PackId,
} from './catalogue.ts';
import { compact } from './compact.ts';
import { OctaviaError } from './errors.ts';
import { familyNamed } from './families/index.ts';
import { speaks } from './language/tags.ts';
import type { Device, Host } from './ports.ts';

/** Best first: what 'auto' tries, and what a pack falls back to for stages it lacks. */
const BEST_FIRST: readonly PackId[] = PACKS.toReversed();

/** What is available: the catalogue, and the ids of the installed models. */
export interface Here {
  readonly catalogue: Catalogue;
  readonly installed: ReadonlySet<string>;
  /** See {@link Host.light}. */
  readonly light?: boolean;
}

/** The parts of a host that choosing needs. */
type ChoosingHost = Pick<Host, 'catalogue' | 'models' | 'light'>;

interface Languages {
  readonly source?: string;
  readonly target?: string;
}

function packsFrom(pack: PackId | 'auto'): readonly PackId[] {
  return pack === 'auto' ? BEST_FIRST : BEST_FIRST.slice(BEST_FIRST.indexOf(pack));
}

/**
 * The models that may serve a stage, best first, and the one to fetch when none of them is installed: from the smallest
 * pack that has one. 'auto': from any pack. A pack asked for by name is taken at its word: its own models serve, and
 * only for stages it lacks, those installed from the packs below it, down to the starter.
 */
export function offersFor(
  catalogue: Catalogue,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: Languages = {},
  light = false,
): { models: ModelEntry[]; fetch: { pack: PackId; model: ModelEntry } | undefined } {
  const offers = packsFrom(pack)
    .map((id) => ({
      pack: id,
      // A cloning model speaks only with a voice to clone: see installedCloner.
      models: modelsFor(catalogue, id, stage, languages).filter(({ clones }) => clones === undefined),
    }))
    .filter(({ models }) => models.length > 0);
  const own = offers.filter((offer) => offer.pack === pack);
  const allowed = own.length > 0 ? own : offers;
  const least = allowed.at(-1);
  const optional = catalogue.packs.find(({ id }) => id === least?.pack)?.optional ?? [];
  const model = least?.models.find(({ id }) => !optional.includes(id)) ?? least?.models[0];
  const models = allowed.flatMap((offer) => offer.models);
  return {
    models: light ? quickFirst(models) : models,
    fetch: least && model && { pack: least.pack, model },
  };
}

/** Quick voices before better but slower ones; those that come with Octavia stay last. */
function quickFirst(models: readonly ModelEntry[]): ModelEntry[] {
  return models.toSorted((a, b) => slowness(a) - slowness(b));
}

function slowness(model: ModelEntry): number {
  if (isShipped(model)) return 2;
  const family = familyNamed(model.runtime);
  return family?.stage === 'synthesise' && !family.slow ? 0 : 1;
}

/** The installed model that a job uses for a stage, see {@link offersFor}; undefined when there is none. */
export function bestHere(
  { catalogue, installed, light }: Here,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: Languages = {},
): ModelEntry | undefined {
  const here = ({ id }: ModelEntry) => installed.has(id);
  const own = offersFor(catalogue, pack, stage, languages, light).models.find(here);
  if (own !== undefined || !givesWay(catalogue, pack, stage, languages, here)) return own;
  return offersFor(catalogue, 'auto', stage, languages, light).models.find(here);
}

/** The stages that tell packs apart; models for the other stages are in several packs. */
const MAIN_STAGES: readonly ModelStage[] = ['recognise', 'translate', 'synthesise'];

/**
 * Whether the best installed model may stand in for a pack's own: part of the pack is installed, and its user did not
 * choose to do without the rest.
 */
function givesWay(
  catalogue: Catalogue,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: Languages,
  here: (model: ModelEntry) => boolean,
): boolean {
  const asked = catalogue.packs.find(({ id }) => id === pack);
  const { fetch } = offersFor(catalogue, pack, stage, languages);
  if (asked === undefined || !MAIN_STAGES.includes(stage)) return false;
  if (fetch !== undefined && asked.optional?.includes(fetch.model.id)) return false;
  return catalogue.models.some(
    (model) =>
      !isShipped(model) &&
      asked.models.includes(model.id) &&
      MAIN_STAGES.includes(model.stage) &&
      here(model),
  );
}

/**
 * The same for a host.
 * @throws OctaviaError `model.missing` when only models that are not installed would do; undefined when the catalogue
 * has none at all
 */
export async function chooseModel(
  host: ChoosingHost,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: Languages = {},
): Promise<ModelEntry | undefined> {
  const installed = await installedModel(host, pack, stage, languages);
  const { fetch } = offersFor(host.catalogue, pack, stage, languages);
  if (installed !== undefined || fetch === undefined) return installed;
  throw new OctaviaError('model.missing', howToGet(fetch.model, pullName(fetch.pack, languages)));
}

/** Like {@link chooseModel}, for a stage a job can do without: undefined when nothing is installed for it. */
export async function installedModel(
  host: ChoosingHost,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: Languages = {},
): Promise<ModelEntry | undefined> {
  for (const model of offersFor(host.catalogue, pack, stage, languages, host.light).models) {
    if (await host.models.installed(model)) return model;
  }
  if (pack === 'auto' || !MAIN_STAGES.includes(stage)) return undefined;
  const { catalogue, models, light } = host;
  const here = await Promise.all(catalogue.models.map((model) => models.installed(model)));
  const installed = new Set(catalogue.models.filter((_, i) => here[i]).map(({ id }) => id));
  return bestHere({ catalogue, installed, ...compact({ light }) }, pack, stage, languages);
}

/** A pack and its languages, as the command line takes them. */
function pullName(pack: PackId, { source, target }: Languages): string {
  const from = source === undefined ? '' : ` --from ${source}`;
  const to = target === undefined ? '' : ` --to ${target}`;
  return `${pack}${from}${to}`;
}

/** Like {@link chooseModel}, for a stage every job needs. */
export async function requireModel(
  host: ChoosingHost,
  pack: PackId | 'auto',
  stage: ModelStage,
): Promise<ModelEntry> {
  const model = await chooseModel(host, pack, stage);
  if (model === undefined) throw new OctaviaError('model.missing', `The catalogue has no ${stage} model.`);
  return model;
}

/**
 * Whether a recogniser can translate into this language what it hears in another. The result is a draft: the gist, with
 * mistakes.
 */
export function draftsInto({ stage, languages }: ModelEntry, target: string): boolean {
  return stage === 'recognise' && languages.target !== undefined && speaks(languages.target, target);
}

/**
 * The installed model that translates for a job: a translator for the pair, else the job's recogniser, if that drafts
 * into the target.
 */
export function translatorHere(
  here: Here,
  pack: PackId | 'auto',
  languages: Languages & { readonly target: string },
): ModelEntry | undefined {
  const translator = bestHere(here, pack, 'translate', languages);
  if (translator !== undefined) return translator;
  const { source } = languages;
  const recogniser = bestHere(here, pack, 'recognise', source === undefined ? {} : { source });
  return recogniser && draftsInto(recogniser, languages.target) ? recogniser : undefined;
}

/** The models that clone voices and speak a language, best first. */
function clonersFor(catalogue: Catalogue, pack: PackId | 'auto', target: string): ModelEntry[] {
  return packsFrom(pack)
    .flatMap((id) => modelsFor(catalogue, id, 'synthesise', { target }))
    .filter(({ clones }) => clones);
}

/** The installed model that clones voices for a job; undefined when there is none. */
export function clonerHere(
  { catalogue, installed }: Here,
  pack: PackId | 'auto',
  target: string,
): ModelEntry | undefined {
  return clonersFor(catalogue, pack, target).find(({ id }) => installed.has(id));
}

/** The same for a host. */
export async function installedCloner(
  { catalogue, models }: Pick<Host, 'catalogue' | 'models'>,
  pack: PackId | 'auto',
  target: string,
): Promise<ModelEntry | undefined> {
  for (const model of clonersFor(catalogue, pack, target)) {
    if (await models.installed(model)) return model;
  }
  return undefined;
}

/** The model with the user's device in place of the catalogue's preferences; 'cpu' always works. */
export function onDevice<Model extends ModelEntry | undefined>(model: Model, device: 'auto' | Device): Model {
  if (device === 'auto' || model?.graphs === undefined) return model;
  const devices: readonly Device[] = device === 'cpu' ? ['cpu'] : [device, 'cpu'];
  const graphs = Object.entries(model.graphs).map(([file, graph]) => [file, { ...graph, devices }] as const);
  return { ...model, graphs: Object.fromEntries(graphs) };
}
