import { integratedLoudness } from '../../audio/loudness.ts';
import type { ModelEntry } from '../../catalogue.ts';
import type { DubRequest } from '../../job.ts';
import type { FittedSpeech, Pcm } from '../../media-types.ts';
import type { Progress, Run } from '../../run.ts';
import { replacedSpans } from '../../audio/duck.ts';
import { lineLoudness, lineTargets, takenOut } from '../../audio/line-loudness.ts';
import type { SourceLevels } from '../mix/mix.ts';
import { takeVoiceOut } from './take-voice-out.ts';
import type { Heard } from '../recognise/index.ts';

/** Share of the stage's work that is decoding. */
const DECODING = 0.1;

/** The source's sound without the voice that is replaced, and how loud it was with it. */
export interface Separated {
  readonly sound: Pcm;
  readonly levels: SourceLevels;
}

/** The source's sound at its own rate and channels. */
export function decodeSource(run: Run, heard: Heard, progress: Progress): Promise<Pcm> {
  const { host, request, signal } = run;
  return host.media.decodeAudio(request.input, { track: heard.track.index }, signal, progress);
}

/**
 * Where the background is to be kept: the sound without the voice of the lines that are dubbed. Undefined when
 * that is not asked for, or no model can do it (a warning then).
 */
export async function separateVoice(
  run: Run<DubRequest>,
  heard: Heard,
  speech: readonly FittedSpeech[],
  model: ModelEntry | undefined,
): Promise<Separated | undefined> {
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
    const sound = await decodeSource(run, heard, (fraction) => progress(DECODING * fraction));
    const lufs = integratedLoudness(sound.channels, sound.sampleRate);
    const before = lineLoudness(lines, sound);
    const spans = replacedSpans(lines, speech);
    const device = await takeVoiceOut(run.host, model, sound, spans, run.signal, (fraction) =>
      progress(DECODING + (1 - DECODING) * fraction),
    );
    // The voice alone is what the dub replaces: beside the music that stays it must not sound louder than that.
    const targets = lineTargets(lines, takenOut(before, lineLoudness(lines, sound)));
    return [
      { sound, levels: { lufs, targets } },
      { model, device },
    ];
  });
}
