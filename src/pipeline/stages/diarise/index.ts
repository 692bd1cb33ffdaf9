import { hashOf } from '../../hash.ts';
import type { SpeakerTurn, SpeechSpan } from '../../media-types.ts';
import type { Run } from '../../run.ts';
import type { SourceSound } from '../demux/index.ts';
import type { Text } from '../recognise/index.ts';
import { assignSpeakers } from './assign.ts';
import { diarise as findTurns } from './diarise.ts';

/** What is said in the file, when, and by whom. */
export interface Heard extends Text {
  readonly sound: SourceSound;
  /** Who speaks when; empty when speakers were not told apart. */
  readonly turns: readonly SpeakerTurn[];
}

/**
 * The lines with their speakers, divided where the speaker changes. Without the models there is one speaker; speakers
 * named in subtitles are kept.
 */
export async function diarise(
  run: Run,
  sound: SourceSound,
  spans: readonly SpeechSpan[],
  text: Text,
): Promise<Heard> {
  const turns = await turnsIn(run, sound, spans);
  const { transcript } = text;
  // Only subtitles have notes by now, and their lines have no words to be divided at, so ids do not change.
  const lines = turns === undefined ? transcript.lines : assignSpeakers(transcript.lines, turns);
  for (const line of lines) {
    const { id, start, end } = line;
    run.emit({ type: 'line', id, start, end, sourceText: line.text, targetText: undefined });
  }
  return { ...text, transcript: { ...transcript, lines }, sound, turns: turns ?? [] };
}

/** Undefined when speakers need not be told apart. */
async function turnsIn(
  run: Run,
  sound: SourceSound,
  spans: readonly SpeechSpan[],
): Promise<readonly SpeakerTurn[] | undefined> {
  const { diarise: segment, embed } = run.models;
  const areNamed = run.own?.cues.some(({ speaker }) => speaker !== undefined) === true;
  if (segment === undefined || embed === undefined || areNamed || spans.length === 0) {
    run.skip('diarise');
    return undefined;
  }
  return run.stage('diarise', async (onProgress) => {
    const models = [segment.id, segment.revision, embed.id, embed.revision];
    const inputs = [sound.fingerprint, sound.track.index, ...models, hashOf(spans)];
    const task = { host: run.host, signal: run.signal, onProgress };
    const found = await run.remembered('turns', inputs, () =>
      findTurns(task, { segment, embed }, sound.speech, spans),
    );
    return [found.turns, { model: segment, device: found.device }];
  });
}
