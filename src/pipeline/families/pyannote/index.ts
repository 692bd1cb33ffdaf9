import type { GraphFamily } from '../family.ts';

/** Segmentation as pyannote's models do it (see stages/diarise/windows.ts). */
export const pyannote: GraphFamily<'pyannote'> = { runtime: 'pyannote', stage: 'diarise' };
