import type { GraphFamily } from '../family.ts';

/** Voice embeddings from WeSpeaker's models (see stages/diarise/diarise.ts). */
export const wespeaker: GraphFamily<'wespeaker'> = { runtime: 'wespeaker', stage: 'embed' };
