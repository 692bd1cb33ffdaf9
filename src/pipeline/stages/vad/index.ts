import type { SpeechSpan } from '../../media-types.ts';
import type { Run } from '../../run.ts';
import type { SourceSound } from '../demux/index.ts';
import { detectSpeech } from './detect-speech.ts';

/** Sound → where there is speech. */
export async function vad(run: Run, sound: SourceSound): Promise<readonly SpeechSpan[]> {
  const { vad: model } = run.models;
  return run.stage('vad', async (progress) => {
    const inputs = [sound.fingerprint, sound.track.index, model.id, model.revision];
    const found = await run.remembered('spans', inputs, () =>
      detectSpeech(run.host, model, sound.speech, run.signal, progress),
    );
    return [found.spans, { model, device: found.device }];
  });
}
