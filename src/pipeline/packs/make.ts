import type { Made, RecipeName } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';

/** Files by path, or parts by name. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** What of a catalogue's entry a recipe goes by. */
export type MakeOrder = Required<Pick<Made, 'recipe'>> & Pick<Made, 'options'>;

type Recipe = (parts: Contents, options: Readonly<Record<string, number>>) => Contents;

const RECIPES: Readonly<Record<RecipeName, () => Promise<Recipe>>> = {
  kokoro: async () => (await import('../families/kokoro/prepare.ts')).prepareKokoro,
  whisper: async () => {
    const { prepareWhisper } = await import('../families/whisper/prepare.ts');
    return (parts, { bits }) => {
      if (bits !== 8 && bits !== 4)
        throw new OctaviaError('catalogue.invalid', 'Whisper is made in 8 or 4 bits.');
      return prepareWhisper(parts, { bits });
    };
  },
};

/**
 * Makes a model's files of its parts. The same parts give the same bytes everywhere.
 * Errors: `model.damaged` when a part cannot be read.
 */
export async function makeFiles({ recipe, options = {} }: MakeOrder, parts: Contents): Promise<Contents> {
  const make = await RECIPES[recipe]();
  try {
    return make(parts, options);
  } catch (cause) {
    if (cause instanceof OctaviaError) throw cause;
    throw new OctaviaError('model.damaged', cause instanceof Error ? `${cause.message}.` : undefined, {
      cause,
    });
  }
}
