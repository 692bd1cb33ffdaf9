import { parameter, type ModelEntry } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import { float32 } from '../../graph/tensors.ts';
import type { Session } from '../../ports.ts';
import { soleNames, type Level, type Separator, type Stereo } from '../separator.ts';

/** Share of a chunk that overlaps the next (demucs, apply_model: overlap = 0.25). */
const OVERLAP = 0.25;

/**
 * HTDemucs (S. Rouard, F. Massa, A. Défossez, "Hybrid Transformers for Music Source Separation", ICASSP 2023):
 * the waveform `[1, 2, samples]` goes in and the stems `[1, stems, 2, samples]` come out. As in demucs'
 * apply_model, mean and deviation of the whole sound's mono mix are taken out before and put back after. The
 * catalogue's parameters: `samples` of a chunk and which stem is the `voice`.
 */
export function openDemucs(session: Session, model: ModelEntry): Separator {
  const [samples, stem] = [parameter(model, 'samples'), parameter(model, 'voice')];
  const [input, output] = soleNames(session);
  return {
    device: session.device,
    samples,
    overlap: Math.round(samples * OVERLAP),
    async voice(chunk, level) {
      const data = normalised(chunk, samples, level);
      const dims = [1, 2, samples];
      const answer = await session.run({ [input]: { type: 'float32', data, dims } }, [output]);
      const stems = float32(answer[output], output).data;
      const first = stem * 2 * samples;
      if (stems.length < first + 2 * samples) {
        throw new OctaviaError('model.failed', `${model.title} does not return what HTDemucs does.`);
      }
      const restored = (channel: number): Float32Array =>
        stems
          .slice(first + channel * samples, first + (channel + 1) * samples)
          .map((x) => x * level.deviation + level.mean);
      return [restored(0), restored(1)];
    },
    close: () => session.close(),
  };
}

function normalised(chunk: Stereo, samples: number, { mean, deviation }: Level): Float32Array {
  const data = new Float32Array(2 * samples);
  chunk.forEach((channel, index) => {
    for (let i = 0; i < samples; i++) data[index * samples + i] = (channel[i]! - mean) / deviation;
  });
  return data;
}
