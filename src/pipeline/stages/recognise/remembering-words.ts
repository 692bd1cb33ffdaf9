import { hashOfBytes } from '../../hash.ts';
import type { Engines } from '../../ports.ts';
import type { Run } from '../../run.ts';

/** The host's engines, remembering the result of each window: recognition resumes where it stopped. */
export function rememberingWords(run: Run): Pick<Engines, 'recogniser'> {
  return {
    async recogniser(model, signal) {
      const recogniser = await run.host.engines.recogniser(model, signal);
      return {
        ...recogniser,
        get device() {
          return recogniser.device;
        },
        get lost() {
          return recogniser.lost;
        },
        recognise: (windows, language, stop) =>
          run.rememberedEach(
            'words',
            windows.map((sound) => [hashOfSamples(sound), model.id, model.revision, language]),
            (missing) =>
              recogniser.recognise(
                missing.map((index) => windows[index] as Float32Array),
                language,
                stop,
              ),
          ),
      };
    },
  };
}

function hashOfSamples({ buffer, byteOffset, byteLength }: Float32Array): string {
  return hashOfBytes(new Uint8Array(buffer, byteOffset, byteLength));
}
