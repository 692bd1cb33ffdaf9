import { replacedSpans } from '../../audio/duck.ts';
import { lineLoudness, lineTargets, takenOut, type SourceLevels } from '../../audio/line-loudness.ts';
import { integratedLoudness } from '../../audio/loudness.ts';
import type { FittedSpeech, Pcm } from '../../media-types.ts';
import type { DubRun } from '../../run.ts';
import { decodeWhole } from '../demux/decode-track.ts';
import type { Heard } from '../diarise/index.ts';
import { takeVoiceOut } from './take-voice-out.ts';

/** Share of the stage's work that is decoding. */
const DECODING = 0.1;

/** The source's sound without the voice being replaced, and its loudness with that voice. */
export interface Separated {
  readonly sound: Pcm;
  readonly levels: SourceLevels;
}

/**
 * If the background should be kept: the sound without the voice in the dubbed lines. Undefined when not requested, or
 * when no model can do it (with a warning).
 */
export async function separate(
  run: DubRun,
  heard: Heard,
  speech: readonly FittedSpeech[],
): Promise<Separated | undefined> {
  const { separate: model } = run.models;
  if (run.request.background !== 'keep' || model === undefined) {
    run.skip('separate');
    if (run.request.background === 'keep') {
      run.warn(
        'background.keep_unavailable',
        'No installed model takes speech out of a sound: the original is lowered under the dub instead.',
      );
    }
    return undefined;
  }
  const { lines } = heard.transcript;
  return run.stage('separate', async (progress) => {
    const sound = await decodeWhole(run, heard.sound, (fraction) => progress(DECODING * fraction));
    const lufs = integratedLoudness(sound.channels, sound.sampleRate);
    const before = lineLoudness(lines, sound);
    const task = {
      host: run.host,
      signal: run.signal,
      onProgress: (fraction: number) => progress(DECODING + (1 - DECODING) * fraction),
    };
    const device = await takeVoiceOut(task, model, sound, replacedSpans(lines, speech));
    // The dub replaces only the voice: beside the remaining music it must not be louder than that voice was.
    const targets = lineTargets(lines, takenOut(before, lineLoudness(lines, sound)));
    return [
      { sound, levels: { lufs, targets } },
      { model, device },
    ];
  });
}
