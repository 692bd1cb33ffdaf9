import type { ModelEntry } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import type {
  AudioTrack,
  MediaInfo,
  NoteCode,
  SpeakerTurn,
  SpeechSpan,
  Transcript,
} from '../../media-types.ts';
import type { Engines } from '../../ports.ts';
import { hashOf, hashOfBytes, type Run } from '../../run.ts';
import { recognise } from './recognise.ts';
import { detectSpeech } from '../vad/detect-speech.ts';
import { linesFromCues } from '../../subtitles/lines.ts';
import type { OwnText } from '../../prepare.ts';
import { tellSpeakers } from '../diarise/index.ts';

/** Sample rate of everything that listens: Silero and PocketSphinx both take 16 kHz mono. */
export const LISTEN_RATE = 16_000;
/** Shorter sound than this holds no word, in seconds. */
const SHORTEST_SOUND = 0.1;
/** Below this another language is as likely. */
const SURE = 0.5;

/** What is said in the file, and when. */
export interface Heard {
  readonly info: MediaInfo;
  readonly track: AudioTrack;
  /** Mono, LISTEN_RATE; empty once every line is spoken (it is 38 MB for ten minutes). */
  speech: Float32Array;
  /** Seconds in which something can be said: the sound may end before the picture. */
  readonly seconds: number;
  readonly transcript: Transcript;
  readonly notes: ReadonlyMap<string, readonly NoteCode[]>;
  /** Who speaks when; empty when nobody was told apart. */
  readonly turns: readonly SpeakerTurn[];
  /** What the text is: recognised, or the user's own subtitles in the spoken or the wanted language. */
  readonly brought: 'nothing' | 'source' | 'target';
  /** How sure the language of the text is, 0…1; undefined when it was given. */
  readonly confidence: number | undefined;
}

/** What the listening half of a job needs to have been chosen. */
export interface ListenModels {
  readonly vad: ModelEntry;
  /** Absent when the user's own subtitles stand in for it. */
  readonly recognise: ModelEntry | undefined;
  /** What tells speakers apart, where it is installed: who speaks within ten seconds, and what a voice is like. */
  readonly diarise: ModelEntry | undefined;
  readonly embed: ModelEntry | undefined;
}

/** File → sound → spans → transcript. */
export async function listen(
  run: Run,
  info: MediaInfo,
  models: ListenModels,
  own: OwnText | undefined,
): Promise<Heard> {
  const track = chooseTrack(run, info);
  const { speech, fingerprint } = await demux(run, info, track);
  const seconds = Math.min(info.seconds, speech.length / LISTEN_RATE);
  const spans = await findSpeech(run, models.vad, speech, fingerprint, track);
  if (spans.length === 0 && own === undefined) throw new OctaviaError('input.no_speech');
  const read =
    own === undefined
      ? await recogniseSpans(run, models.recognise, speech, spans, fingerprint, track)
      : { ...readLines(run, own, spans, seconds), confidence: own.confidence };
  const source = { speech, spans, fingerprint, track };
  const { transcript, notes, turns } = await tellSpeakers(run, models, source, read, own);
  for (const { id, start, end, text } of transcript.lines) {
    run.emit({ type: 'line', id, start, end, sourceText: text, targetText: undefined });
  }
  const brought = own?.kind ?? 'nothing';
  return {
    info,
    track,
    speech,
    seconds,
    transcript,
    notes,
    turns,
    brought,
    confidence: read.confidence,
  };
}

/** The track asked for, else the default one; several are a choice worth telling. */
function chooseTrack(run: Run, info: MediaInfo): AudioTrack {
  const wanted = run.request.audioTrack;
  const fallback = info.audio.find((track) => track.isDefault) ?? info.audio[0];
  if (fallback === undefined) throw new OctaviaError('input.no_audio');
  if (wanted === undefined) {
    if (info.audio.length > 1) {
      const which = fallback.title ?? fallback.language ?? 'the default one';
      run.warn(
        'input.several_audio_tracks',
        `The file has ${info.audio.length} audio tracks; track ${fallback.index} (${which}) is dubbed.`,
      );
    }
    return fallback;
  }
  const track = info.audio[wanted];
  if (track === undefined) {
    throw new OctaviaError('input.audio_track', `It has ${info.audio.length}, counted from 0.`);
  }
  return track;
}

async function demux(
  run: Run,
  info: MediaInfo,
  track: AudioTrack,
): Promise<{ speech: Float32Array; fingerprint: string }> {
  return run.stage('demux', async (progress) => {
    const { input } = run.request;
    const fingerprint = await run.host.media.fingerprint(input, run.signal);
    const want = { track: track.index, sampleRate: LISTEN_RATE, channels: 1 };
    const pcm = await run.host.media.decodeAudio(input, want, run.signal, progress);
    const damage = info.damage ?? pcm.damage;
    if (damage !== undefined) run.warn('input.damaged', `Part of the file cannot be read: ${damage}`);
    const speech = pcm.channels[0];
    if (speech === undefined || speech.length < SHORTEST_SOUND * LISTEN_RATE) {
      throw new OctaviaError('input.too_short');
    }
    return [{ speech, fingerprint }, { model: null }];
  });
}

async function findSpeech(
  run: Run,
  model: ModelEntry,
  speech: Float32Array,
  fingerprint: string,
  track: AudioTrack,
): Promise<readonly SpeechSpan[]> {
  return run.stage('vad', async (progress) => {
    const inputs = [fingerprint, track.index, model.id, model.revision];
    const found = await run.remembered('spans', inputs, () =>
      detectSpeech(run.host, model, speech, run.signal, progress),
    );
    return [found.spans, { model, device: found.device }];
  });
}

async function recogniseSpans(
  run: Run,
  model: ModelEntry | undefined,
  speech: Float32Array,
  spans: readonly SpeechSpan[],
  fingerprint: string,
  track: AudioTrack,
): Promise<Pick<Heard, 'transcript' | 'notes' | 'confidence'>> {
  if (model === undefined) throw new OctaviaError('language.unrecognised');
  const { source } = run.request;
  const { transcript, confidence, silent } = await run.stage('recognise', async (onProgress) => {
    const inputs = [fingerprint, track.index, model.id, model.revision, source, hashOf(spans)];
    const heard = await run.remembered('heard', inputs, () =>
      recognise({ engines: rememberingWords(run) }, model, speech, spans, source, run.signal, {
        onProgress,
        onLanguage: (language, sure) => run.emit({ type: 'detected', language, confidence: sure }),
        onLine: ({ id, start, end, text }) =>
          run.emit({ type: 'line', id, start, end, sourceText: text, targetText: undefined }),
      }),
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
  if (confidence !== undefined && confidence < SURE) {
    run.warn(
      'language.unsure',
      `The spoken language was taken for "${transcript.language}", with a certainty of ${Math.round(100 * confidence)} % only. If that is wrong, say which one it is (--from).`,
    );
  }
  if (silent.length > 0) run.warn('speech.not_understood', notUnderstood(silent));
  return { transcript, notes: new Map(), confidence };
}

function notUnderstood(silent: readonly SpeechSpan[]): string {
  const seconds = silent.reduce((sum, { start, end }) => sum + end - start, 0);
  const where = silent.length === 1 ? 'in one stretch of speech' : `in ${silent.length} stretches of speech`;
  const first = silent[0]?.start ?? 0;
  return `No word was understood ${where}, ${seconds.toFixed(1)} s in all, the first at ${first.toFixed(1)} s. They are not dubbed.`;
}

/** The host's engines, with what each window was heard as kept: recognition resumes where it was. */
function rememberingWords(run: Run): Pick<Engines, 'recogniser'> {
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
                missing.flatMap((index) => windows[index] ?? []),
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

function readLines(
  run: Run,
  own: OwnText,
  spans: readonly SpeechSpan[],
  fileSeconds: number,
): Pick<Heard, 'transcript' | 'notes'> {
  run.skip('recognise');
  for (const { code, message } of own.warnings) run.warn(code, message);
  if (own.kind === 'source' && own.confidence !== undefined) {
    run.emit({ type: 'detected', language: own.language, confidence: own.confidence });
  }
  const { lines, warnings, notesById } = linesFromCues(own.cues, spans, fileSeconds);
  for (const { code, message } of warnings) run.warn(code, message);
  return { transcript: { language: own.language, lines }, notes: notesById };
}
