import { OctaviaError } from './errors.ts';
import { speaks } from './language/tags.ts';

/** The model catalogue as data (models/catalogue.json). Code asks the catalogue and never names a model itself. */
export interface Catalogue {
  readonly schema: 'octavia.catalogue/1';
  readonly packs: readonly Pack[];
  readonly models: readonly ModelEntry[];
}

/** Smallest first; each pack falls back to those before it. */
export const PACKS = ['starter', 'basic', 'standard', 'clone', 'studio'] as const;
export type PackId = (typeof PACKS)[number];

export interface Pack {
  readonly id: PackId;
  readonly title: string;
  readonly description: string;
  /** Model ids, best first within a stage. Stages without a model here fall back to the packs below. */
  readonly models: readonly string[];
  /** Those of `models` that are not pulled with the pack, only by their own name. */
  readonly optional?: readonly string[];
  /** The languages that are pulled by default. BCP-47. */
  readonly pair?: { readonly source: string; readonly target: string };
}

/** 'diarise' tells speakers apart within a window, 'embed' gives a voice its vector. */
export type ModelStage =
  'vad' | 'recognise' | 'diarise' | 'embed' | 'separate' | 'translate' | 'synthesise' | 'stretch';

export interface ModelEntry {
  readonly id: string;
  readonly stage: ModelStage;
  /** The family it belongs to, see families/index.ts. */
  readonly runtime: string;
  readonly title: string;
  /** Pinned version: a package version, or a commit of the hub. */
  readonly revision: string;
  /** Where its files are pulled from; a model with neither this nor `made` comes with Octavia. */
  readonly hub?: HubSource;
  /** Another way to get its files, or the only one: package archives, and files made from their contents. */
  readonly made?: Made;
  readonly files: readonly ModelFile[];
  /** Device wishes and number type per graph, by file path. Absent for engines that are not ONNX. */
  readonly graphs?: Readonly<
    Record<string, { devices: readonly ('cuda' | 'webgpu' | 'cpu')[]; dtype: string }>
  >;
  /** Numbers about a graph that are not in its files; its runtime asks for them by name. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** JSON files that its runtime asks for and its repository lacks, by path. */
  readonly supplies?: Readonly<Record<string, object>>;
  /**
   * BCP-47 languages. For translate: source and target; a recogniser's target is what it can translate into while
   * listening; others have only a source or only a target.
   */
  readonly languages: { readonly source?: readonly string[]; readonly target?: readonly string[] };
  /**
   * Most words of a sentence that it translates whole; longer ones are cut at clauses. For translate; 40 when absent.
   */
  readonly mostWords?: number;
  /** Id of the model whose engine gives it the phonemes; it runs in the same worker. */
  readonly phonemiser?: string;
  /** Speaks in the voice of a reference recording. */
  readonly clones?: true;
  readonly licence: { readonly spdx: string; readonly nonCommercial: boolean; readonly notice?: string };
  /** Memory it takes while it runs, in bytes, as measured or estimated by `facts`. */
  readonly memoryBytes: number;
  /** Seconds of computing per second of speech on the reference machine (2 cores, wasm). */
  readonly rtf: number;
  /** How good it is, in words for the user, with comparable scores where there are any. */
  readonly quality?: string;
  /** Where each claim above comes from. */
  readonly facts: readonly string[];
}

/** A repository of a model hub, at a commit (or a branch, where the commit is not known yet). */
export interface HubSource {
  /** `owner/name`. */
  readonly repo: string;
  readonly revision: string;
  /** The branch's commit when its first file was recorded; from the lock, not the catalogue. */
  readonly commit?: string;
}

/** How a model's files are made from other files; see packs/make.ts. */
export interface Made {
  /** The runtime whose family has the recipe; absent where the archives contain the files themselves. */
  readonly recipe?: string;
  /** The recipe's parameters by name: `bits` of a weight, for Whisper. */
  readonly options?: Readonly<Record<string, number>>;
  /** What the recipe takes. Parts that are model files themselves are listed only under `files`. */
  readonly parts: readonly Part[];
  /** Archives that contain the parts. */
  readonly packages: readonly PackageArchive[];
  /** Where the model's hub has the parts, by name; it then does not have the files. */
  readonly fromHub?: Readonly<Record<string, string>>;
}

export interface Part extends Pin {
  readonly name: string;
}

/** An archive from a package registry, used only for its files: nothing in it is installed or run. */
export interface PackageArchive {
  /** The program on this machine that knows where to fetch it from. */
  readonly program: 'pip' | 'npm';
  readonly name: string;
  readonly version: string;
  /** The platform tag to ask pip for, where there is a wheel per platform; the files used are the same in all. */
  readonly platform?: string;
  readonly bytes: number;
  /** Hash of the whole archive: `sha256:` and hex for a wheel, npm's integrity (`sha512-…`) otherwise. */
  readonly hash: string;
  /** Part names or file paths, by their path in the archive; entries with the same name are joined in order. */
  readonly holds: Readonly<Record<string, string>>;
}

/** Length and hash of some content. */
export interface Pin {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface ModelFile {
  /** Path within the model's folder, and within its repository. */
  readonly path: string;
  readonly bytes: number;
  /** `bytes` is rounded, as listings show it; the lock file has the exact size after the first pull. */
  readonly approximate?: true;
  /** Lower-case hex. Unknown for a hub's file until its first pull; see lock.ts. */
  readonly sha256?: string;
  /** Equivalent contents: the file as other sources have it. */
  readonly others?: readonly Pin[];
  /**
   * Where `models/prepare.ts` takes a starter file from: an npm package, or this repository. `rewrite` names a step
   * applied to it; bytes and hash are those of the result.
   */
  readonly from?: ({ readonly npm: string; readonly path: string } | { readonly repo: string }) & {
    readonly rewrite?: 'pocketsphinx-module' | 'pocketsphinx-wasm';
  };
}

/** A file whose hash is known, so that it can be recognised. */
export type PinnedFile = ModelFile & { readonly sha256: string };

export function isPinned(file: ModelFile): file is PinnedFile {
  return file.sha256 !== undefined;
}

/** All contents a file may have; empty while nothing is known about it. */
export function pinsOf(file: ModelFile): readonly Pin[] {
  return [...(isPinned(file) ? [{ bytes: file.bytes, sha256: file.sha256 }] : []), ...(file.others ?? [])];
}

/**
 * A model's file, ready to be read.
 * @throws OctaviaError `model.missing` when the model has no such file or has not been pulled yet
 */
export function pinnedFile(model: ModelEntry, path: string): PinnedFile {
  const file = model.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new OctaviaError('model.missing', `${model.title} has no file ${path}.`);
  if (!isPinned(file)) throw new OctaviaError('model.missing', howToGet(model));
  return file;
}

/** Whether it comes with Octavia; the others have to be fetched. */
export function isShipped({ hub, made }: ModelEntry): boolean {
  return hub === undefined && made === undefined;
}

/** Where a fetched model is published, in a few words; undefined for one that comes with Octavia. */
export function publishedAt({ hub, made }: ModelEntry): string | undefined {
  if (hub !== undefined) return hub.repo;
  return made?.packages.map(({ program, name }) => `${name} (${program})`).join(', ');
}

/**
 * What to do when a model is not installed.
 * @param name what to pull: the model itself, or a pack with its languages
 */
export function howToGet(model: ModelEntry, name = model.id): string {
  return isShipped(model)
    ? `"${model.title}" comes with Octavia; "npm run models" puts it in place.`
    : `"${model.title}" has to be fetched first: "octavia models pull ${name}", or Models on the page.`;
}

/** Size of all files in bytes; not exact while one of them is `approximate`. */
export function modelBytes(model: ModelEntry): number {
  return model.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @throws OctaviaError `model.failed` when the catalogue lacks it */
export function parameter(model: ModelEntry, name: string): number {
  const value = model.parameters?.[name];
  if (value !== undefined) return value;
  throw new OctaviaError('model.failed', `The catalogue gives ${model.id} no "${name}".`);
}

/** The model with this id. */
export function modelById(catalogue: Catalogue, id: string): ModelEntry | undefined {
  return catalogue.models.find((model) => model.id === id);
}

/** The model that gives another its phonemes; undefined when that reads text directly. */
export function phonemiserOf(catalogue: Catalogue, { phonemiser }: ModelEntry): ModelEntry | undefined {
  return phonemiser === undefined ? undefined : modelById(catalogue, phonemiser);
}

/**
 * Models of a pack that can serve a stage for the given languages, best first.
 * @param languages BCP-47; any region will do
 */
export function modelsFor(
  catalogue: Catalogue,
  pack: PackId,
  stage: ModelStage,
  languages: { source?: string; target?: string } = {},
): ModelEntry[] {
  const ids = catalogue.packs.find((candidate) => candidate.id === pack)?.models ?? [];
  return ids
    .map((id) => modelById(catalogue, id))
    .filter((model): model is ModelEntry => model !== undefined && model.stage === stage)
    .filter((model) => speaks(model.languages.source, languages.source))
    .filter((model) => speaks(model.languages.target, languages.target));
}

/**
 * Path of an installed file, relative to the folder or address of the models. The hash in the path makes it immutable:
 * a changed file gets a new address.
 */
export function modelFilePath(model: ModelEntry, file: PinnedFile): string {
  return `${model.id}/${file.sha256.slice(0, 16)}/${file.path}`;
}
