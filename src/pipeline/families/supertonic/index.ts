import { USUAL_F0 } from '../../audio/f0.ts';
import type { VoiceFamily } from '../family.ts';

export const supertonic: VoiceFamily<'supertonic'> = {
  runtime: 'supertonic',
  stage: 'synthesise',
  paced: true,
  slow: true,
  /** Its files name its voices: `voices/F1.bin`, `voices/M2.bin`. */
  voices: ({ files }, language) =>
    files.flatMap(({ path }) => {
      const id = /^voices\/([FM]\d+)\.bin$/.exec(path)?.[1];
      if (id === undefined) return [];
      const gender = id.startsWith('F') ? 'female' : 'male';
      return { id, language, gender, medianF0: USUAL_F0[gender] };
    }),
  engine: async () => (await import('./engine.ts')).openSupertonic,
};
