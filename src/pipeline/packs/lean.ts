import { modelsFor, type Catalogue, type ModelStage, type Pack } from '../catalogue.ts';
import { offersFor } from '../choose.ts';

/** What every dub needs and a pack may lack. */
const NEEDED = {
  recognise: 'no speech recognition',
  translate: 'no translation',
  synthesise: 'no preset voices',
} as const satisfies Partial<Record<ModelStage, string>>;

/**
 * What a pack lacks and lower packs provide instead (see offersFor), in sentences for the user.
 * @param target the language dubbed into, BCP-47
 */
export function leaningInWords(catalogue: Catalogue, pack: Pack, target?: string): string[] {
  const has = (stage: ModelStage, languages = {}) =>
    modelsFor(catalogue, pack.id, stage, languages).some(({ clones }) => clones === undefined);
  const lacking = (Object.keys(NEEDED) as (keyof typeof NEEDED)[]).filter((stage) => !has(stage));
  const said: string[] = [];
  if (lacking.length > 0) {
    const lacks = lacking.map((stage) => NEEDED[stage]).join(', ');
    said.push(`"${pack.title}" has ${lacks}. The next best pack you have takes over.`);
  }
  if (target !== undefined && !lacking.includes('synthesise') && !has('synthesise', { target })) {
    const voice = offersFor(catalogue, pack.id, 'synthesise', { target }).models.at(-1);
    const speaks = voice === undefined ? 'nothing speaks it' : `${voice.title} speaks`;
    said.push(`No natural voice for ${target} in "${pack.title}": ${speaks}.`);
  }
  return said;
}
