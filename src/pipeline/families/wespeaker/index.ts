import type { GraphFamily } from '../family.ts';

/** Vectors of voices as WeSpeaker's models give them (see stages/diarise/diarise.ts). */
export const wespeaker: GraphFamily<'wespeaker'> = { runtime: 'wespeaker', stage: 'embed' };
