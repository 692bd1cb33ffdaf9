import { assignSpeakers } from './assign.ts';
import type { AudioTrack, SpeakerTurn, SpeechSpan } from '../../media-types.ts';
import { hashOf, type Run } from '../../run.ts';
import { diarise } from './diarise.ts';
import type { Heard, ListenModels } from '../recognise/index.ts';
import type { OwnText } from '../../prepare.ts';

interface Source {
  /** Mono, 16 kHz. */
  readonly speech: Float32Array;
  readonly spans: readonly SpeechSpan[];
  readonly fingerprint: string;
  readonly track: AudioTrack;
}

/**
 * The lines with their speakers, divided where the speaker changes. Without the models everything is said by
 * one speaker; subtitles that name their speakers are believed.
 */
export async function tellSpeakers(
  run: Run,
  models: Pick<ListenModels, 'diarise' | 'embed'>,
  { speech, spans, fingerprint, track }: Source,
  { transcript, notes }: Pick<Heard, 'transcript' | 'notes'>,
  own: OwnText | undefined,
): Promise<Pick<Heard, 'transcript' | 'notes' | 'turns'>> {
  const { diarise: segment, embed } = models;
  const areNamed = own?.cues.some(({ speaker }) => speaker !== undefined) === true;
  if (segment === undefined || embed === undefined || areNamed || spans.length === 0) {
    run.skip('diarise');
    return { transcript, notes, turns: [] };
  }
  const turns: readonly SpeakerTurn[] = await run.stage('diarise', async (progress) => {
    const inputs = [
      fingerprint,
      track.index,
      segment.id,
      segment.revision,
      embed.id,
      embed.revision,
      hashOf(spans),
    ];
    const found = await run.remembered('turns', inputs, () =>
      diarise(run.host, { segment, embed }, speech, spans, run.signal, progress),
    );
    return [found.turns, { model: segment, device: found.device }];
  });
  const lines = assignSpeakers(transcript.lines, turns);
  // Only subtitles have notes by now, and these lines have no words to be divided at: ids stay as they were.
  return { transcript: { ...transcript, lines }, notes, turns };
}
