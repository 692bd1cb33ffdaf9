import type { GraphFamily } from '../family.ts';

/** Segmentation by pyannote's models (see stages/diarise/windows.ts). */
export const pyannote: GraphFamily<'pyannote'> = { runtime: 'pyannote', stage: 'diarise' };
