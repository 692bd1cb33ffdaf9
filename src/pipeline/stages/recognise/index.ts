import { isShipped } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import { hashOf } from '../../hash.ts';
import { SURE_LANGUAGE } from '../../language/detect.ts';
import type { NoteCode, SpeechSpan, Transcript } from '../../media-types.ts';
import type { OwnText } from '../../prepare.ts';
import type { Run } from '../../run.ts';
import { linesFromCues } from '../../subtitles/lines.ts';
import type { SourceSound } from '../demux/index.ts';
import { recognise as recogniseSpeech } from './recognise.ts';
import { rememberingWords } from './remembering-words.ts';

/** What is said, and when. */
export interface Text {
  readonly transcript: Transcript;
  /** By line id. */
  readonly notes: ReadonlyMap<string, readonly NoteCode[]>;
  /** The origin of the text: recognised, or the user's own subtitles in the spoken or the target language. */
  readonly brought: 'nothing' | 'source' | 'target';
  /** Confidence in the text's language, 0…1; undefined when it was given. */
  readonly confidence: number | undefined;
}

/**
 * Where there is speech → what is said. The user's own subtitles replace it.
 * Errors: `input.no_speech`, `language.unrecognised`, `model.*`.
 */
export async function recognise(run: Run, sound: SourceSound, spans: readonly SpeechSpan[]): Promise<Text> {
  if (run.own !== undefined) return readLines(run, run.own, sound, spans);
  if (spans.length === 0) throw new OctaviaError('input.no_speech');
  const { recognise: model } = run.models;
  if (model === undefined) throw new OctaviaError('language.unrecognised');
  const { source } = run.request;
  const { transcript, confidence, silent } = await run.stage('recognise', async (onProgress) => {
    const inputs = [sound.fingerprint, sound.track.index, model.id, model.revision, source, hashOf(spans)];
    const heard = await run.remembered('heard', inputs, () =>
      recogniseSpeech(
        {
          host: { engines: rememberingWords(run) },
          signal: run.signal,
          onProgress,
          onLanguage: (language, sure) => run.emit({ type: 'detected', language, confidence: sure }),
          onLine: ({ id, start, end, text }) =>
            run.emit({ type: 'line', id, start, end, sourceText: text, targetText: undefined }),
        },
        model,
        sound.speech,
        spans,
        source,
      ),
    );
    return [heard, { model, device: heard.devices.last, lost: heard.devices.first }];
  });
  if (transcript.lines.length === 0) throw new OctaviaError('input.no_speech', 'No word was understood.');
  if (source === 'auto' && confidence === undefined) {
    run.warn(
      'language.assumed',
      `"${model.title}" understands ${model.languages.source?.join(', ') ?? 'one language'} only, so that is what it listened for.`,
    );
  }
  if (confidence !== undefined && confidence < SURE_LANGUAGE) {
    run.warn(
      'language.unsure',
      `The spoken language was taken for "${transcript.language}", with a certainty of ${Math.round(100 * confidence)} % only. If that is wrong, say which one it is (--from).`,
    );
  }
  if (isShipped(model))
    run.warn('recognition.rough', `Heard by ${model.title}. ${model.quality ?? ''}`.trim());
  if (silent.length > 0) run.warn('speech.not_understood', notUnderstood(silent));
  return { transcript, notes: new Map(), brought: 'nothing', confidence };
}

function notUnderstood(silent: readonly SpeechSpan[]): string {
  const seconds = silent.reduce((sum, { start, end }) => sum + end - start, 0);
  const where = silent.length === 1 ? 'in one stretch of speech' : `in ${silent.length} stretches of speech`;
  const first = silent[0]?.start ?? 0;
  return `No word was understood ${where}, ${seconds.toFixed(1)} s in all, the first at ${first.toFixed(1)} s. They are not dubbed.`;
}

function readLines(run: Run, own: OwnText, sound: SourceSound, spans: readonly SpeechSpan[]): Text {
  run.skip('recognise');
  for (const { code, message } of own.warnings) run.warn(code, message);
  const { kind, language, confidence } = own;
  if (kind === 'source' && confidence !== undefined) run.emit({ type: 'detected', language, confidence });
  const { lines, warnings, notesById } = linesFromCues(own.cues, spans, sound.seconds);
  for (const { code, message } of warnings) run.warn(code, message);
  return { transcript: { language, lines }, notes: notesById, brought: kind, confidence };
}
