import type { Made } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { familyNamed } from '../families/index.ts';

/** Files by path, or parts by name. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** The parts of a catalogue entry that a recipe uses. */
export type MakeOrder = Required<Pick<Made, 'recipe'>> & Pick<Made, 'options'>;

/**
 * Makes a model's files from its parts. The same parts give the same bytes everywhere.
 * Errors: `model.damaged` when a part cannot be read, `catalogue.invalid` when there is no such recipe.
 */
export async function makeFiles({ recipe, options = {} }: MakeOrder, parts: Contents): Promise<Contents> {
  const make = await familyNamed(recipe)?.recipe?.();
  if (make === undefined) throw new OctaviaError('catalogue.invalid', `There is no recipe "${recipe}".`);
  try {
    return make(parts, options);
  } catch (cause) {
    if (cause instanceof OctaviaError) throw cause;
    throw new OctaviaError('model.damaged', cause instanceof Error ? `${cause.message}.` : undefined, {
      cause,
    });
  }
}
