import { replacedSpans, union } from '../../audio/duck.ts';
import { lineLoudness, lineTargets, takenOut, type SourceLevels } from '../../audio/line-loudness.ts';
import type { ModelEntry } from '../../catalogue.ts';
import { hashOf } from '../../hash.ts';
import type { FittedSpeech, Sound, SpeechSpan } from '../../media-types.ts';
import type { Device } from '../../ports.ts';
import type { DubRun } from '../../run.ts';
import { keptSound } from '../../sound/kept.ts';
import { decodeWhole } from '../demux/decode-track.ts';
import type { SourceSound } from '../demux/index.ts';
import type { Heard } from '../diarise/index.ts';
import { withoutVoice } from './without-voice.ts';
import { findVoice } from './find-voice.ts';

/** Share of the stage's work that is decoding. */
const DECODING = 0.1;
/** Seconds to which the stretches with a voice are rounded. */
const GRID = 5;

/** The source's sound without the voice being replaced, and its loudness with that voice. */
export interface Separated {
  readonly sound: Sound;
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
    const { sound: source, lufs } = await decodeWhole(run, heard.sound, (part) => progress(DECODING * part));
    const onProgress = (fraction: number) => progress(DECODING + (1 - DECODING) * fraction);
    const spans = replacedSpans(lines, speech);
    const { sound: voice, told } = await voiceIn(run, model, heard.sound, source, spans, onProgress);
    const sound = withoutVoice(source, voice, spans);
    const before = await lineLoudness(lines, source);
    // The dub replaces only the voice: beside the remaining music it must not be louder than that voice was.
    const targets = lineTargets(lines, takenOut(before, await lineLoudness(lines, sound)));
    return [
      { sound, levels: { lufs, targets } },
      { model, device: told.device },
    ];
  });
}

/** Found once per job: the stretches are rounded, so that it is found again after a line was edited. */
async function voiceIn(
  { host, request, signal }: DubRun,
  model: ModelEntry,
  { fingerprint, track }: SourceSound,
  source: Sound,
  spans: readonly SpeechSpan[],
  onProgress: (fraction: number) => void,
): Promise<{ sound: Sound; told: { device: Device } }> {
  const around = union(
    spans.map(({ start, end }) => ({
      start: GRID * Math.floor(start / GRID),
      end: GRID * Math.ceil(end / GRID),
    })),
  );
  const key = hashOf([fingerprint, track.index, model.id, model.revision, around]);
  const { sampleRate, channels } = source;
  return keptSound(host.scratch, `${request.jobId}/voice-${key}`, async (start) => {
    const writer = start({ sampleRate, channels, format: 'pcm16' });
    const task = { host, signal, onProgress };
    return { device: await findVoice(task, model, source, around, (planes) => writer.write(planes)) };
  });
}
