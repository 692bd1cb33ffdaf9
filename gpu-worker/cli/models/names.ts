import type { Catalogue, ModelEntry } from '@octavia/pipeline';
import { selectModels, type PullLanguages } from '@octavia/pipeline/packs/select';
import { UsageError } from '../call/arguments.ts';

/** The models that the given pack and model names stand for, each once; see selectModels(). */
export function namedModels(
  catalogue: Catalogue,
  names: readonly string[],
  languages: PullLanguages,
): ModelEntry[] {
  return [...new Set(names.flatMap((name) => selectModels(catalogue, name, languages)))];
}

/** The named models, and all models of the named packs in every language. Errors: `call.invalid`. */
export function everyModelOf(catalogue: Catalogue, names: readonly string[]): ModelEntry[] {
  const ids = new Set(
    names.flatMap((name) => catalogue.packs.find(({ id }) => id === name)?.models ?? [name]),
  );
  const lost = [...ids].find((id) => !catalogue.models.some((model) => model.id === id));
  if (lost !== undefined) throw new UsageError(`There is no pack or model "${lost}"; see "models list".`);
  return catalogue.models.filter(({ id }) => ids.has(id));
}

/** Refuses a call without names. */
export function requireNames(names: readonly string[], what: string, { packs }: Catalogue): void {
  if (names.length > 0) return;
  const ids = packs.filter(({ id }) => id !== 'starter').map(({ id }) => id);
  throw new UsageError(`Say what to ${what}: a pack (${ids.join(', ')}) or a model from "models list".`);
}
