import { OctaviaError } from '../../errors.ts';
import type { RecogniserFamily } from '../family.ts';

export const whisper: RecogniserFamily<'whisper'> = {
  runtime: 'whisper',
  stage: 'recognise',
  style: 'written',
  // Seconds its encoder always reads.
  windowSeconds: 30,
  together: 'windows',
  engine: async () => (await import('./engine.ts')).openWhisper,
  async recipe() {
    const { prepareWhisper } = await import('./prepare.ts');
    return (parts, { bits }) => {
      if (bits !== 8 && bits !== 4)
        throw new OctaviaError('catalogue.invalid', 'Whisper can be made in 8 or 4 bits.');
      return prepareWhisper(parts, { bits });
    };
  },
};
