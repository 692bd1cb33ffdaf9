import { createStft } from '../../audio/stft.ts';
import { parameter, type ModelEntry } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import { float32 } from '../../graph/tensors.ts';
import type { Session } from '../../ports.ts';
import { soleNames, type Separator } from '../separator.ts';

/**
 * MDX-Net (W. Choi et al., "KUIELab-MDX-Net", MDX workshop 2021), as in the Kim and UVR vocal models: the spectrum of a
 * chunk goes in and that of its voice comes out, `[1, 4, bins, frames]` with left and right as real and imaginary
 * plane; the transforms around it are ours. The catalogue's parameters: `size` and `hop` of the transform, `bins` and
 * `frames` of the graph, and `gain`, by which the model's voice is too quiet.
 */
export function openMdx(session: Session, model: ModelEntry): Separator {
  const [size, hop] = [parameter(model, 'size'), parameter(model, 'hop')];
  const [bins, frames] = [parameter(model, 'bins'), parameter(model, 'frames')];
  const gain = parameter(model, 'gain');
  const stft = createStft(size, hop);
  const [input, output] = soleNames(session);
  const samples = hop * (frames - 1);
  const dims = [1, 4, bins, frames];
  return {
    device: session.device,
    samples,
    // Frames within half a window of the chunk's ends see its mirrored sound: these fade out.
    overlap: 2 * size,
    async voice([left, right]) {
      const { data } = stft.analyse(left, right, bins);
      const answer = await session.run({ [input]: { type: 'float32', data, dims } }, [output]);
      const found = float32(answer[output], output);
      if (found.data.length !== data.length) {
        throw new OctaviaError('model.failed', `${model.title} does not return what an MDX model does.`);
      }
      for (let i = 0; i < found.data.length; i++) found.data[i]! *= gain;
      return stft.synthesise({ data: found.data, bins, frames }, samples);
    },
    close: () => session.close(),
  };
}
