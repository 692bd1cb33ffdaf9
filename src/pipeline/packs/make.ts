import type { RecipeName } from '../catalogue.ts';

/** Files by path, or parts by name. */
export type Contents = ReadonlyMap<string, Uint8Array>;

const RECIPES: Readonly<
  Record<RecipeName, () => Promise<(parts: Contents) => Contents | Promise<Contents>>>
> = {
  kokoro: async () => (await import('../families/kokoro/prepare.ts')).prepareKokoro,
};

/**
 * Makes a model's files of its parts. The same parts give the same bytes everywhere.
 * Errors: `model.damaged` when a part cannot be read.
 */
export async function makeFiles(recipe: RecipeName, parts: Contents): Promise<Contents> {
  const make = await RECIPES[recipe]();
  return make(parts);
}
