/** The model catalogue as data (models/catalogue.json); code asks it and names no model itself. */
export interface Catalogue {
  readonly schema: 'octavia.catalogue/1';
  readonly packs: readonly Pack[];
  readonly models: readonly ModelEntry[];
}

export type PackId = 'starter' | 'standard' | 'clone' | 'studio';

export interface Pack {
  readonly id: PackId;
  readonly title: string;
  readonly description: string;
  /** Model ids, best first within a stage. */
  readonly models: readonly string[];
}

export type ModelStage = 'vad' | 'recognise' | 'translate' | 'synthesise' | 'stretch';

export type Runtime = 'onnx' | 'marian' | 'pocketsphinx' | 'espeak-ng' | 'flite' | 'sonic';

export interface ModelEntry {
  readonly id: string;
  readonly stage: ModelStage;
  readonly runtime: Runtime;
  readonly title: string;
  /** Pinned version: a package version, or a commit of the hub. */
  readonly revision: string;
  readonly files: readonly ModelFile[];
  /** Device wishes and number type per graph, by file path. Absent for engines that are not ONNX. */
  readonly graphs?: Readonly<
    Record<string, { devices: readonly ('cuda' | 'webgpu' | 'cpu')[]; dtype: string }>
  >;
  /** BCP-47 languages. For translate: source and target; for the rest: target only or source only. */
  readonly languages: { readonly source?: readonly string[]; readonly target?: readonly string[] };
  readonly licence: { readonly spdx: string; readonly nonCommercial: boolean; readonly notice?: string };
  /** Memory it takes while it runs, in bytes, as measured or estimated by `facts`. */
  readonly memoryBytes: number;
  /** Compute per second of speech relative to real time on the reference machine (2 cores, wasm). */
  readonly rtf: number;
  /** How good it is, in words for the user, with scores beside others' where there are any. */
  readonly quality?: string;
  /** Where each claim above comes from. */
  readonly facts: readonly string[];
}

export interface ModelFile {
  /** Path within the model's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /**
   * Where `models/prepare.ts` takes a starter file from: an npm package, or this repository. `rewrite` names
   * what is done to it on the way; bytes and hash are those of the result.
   */
  readonly from?: ({ readonly npm: string; readonly path: string } | { readonly repo: string }) & {
    readonly rewrite?: 'pocketsphinx-module' | 'pocketsphinx-wasm';
  };
}

/** The model with this id. */
export function modelById(catalogue: Catalogue, id: string): ModelEntry | undefined {
  return catalogue.models.find((model) => model.id === id);
}

/**
 * Models of a pack that can serve a stage for the languages asked for, best first.
 * @param languages BCP-47; matched on the primary subtag when no exact match exists
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

function speaks(offered: readonly string[] | undefined, wanted: string | undefined): boolean {
  if (offered === undefined || wanted === undefined) return true;
  const primary = wanted.split('-')[0];
  return offered.some((tag) => tag === wanted || tag.split('-')[0] === primary);
}

/**
 * Where an installed file lies, relative to the folder or address that holds the models. The hash in the path
 * makes it immutable: a changed file has another address.
 */
export function modelFilePath(model: ModelEntry, file: ModelFile): string {
  return `${model.id}/${file.sha256.slice(0, 16)}/${file.path}`;
}
