import type { Listen } from './clone-check.ts';
import { referenceSpans } from './reference.ts';
import { sealedCache } from './sealed.ts';
import { checkedSpeaking } from './checked-speaking.ts';
import type { FittedSpeech, Pcm, SpeechSpan } from '../../media-types.ts';
import type { DubRequest } from '../../job.ts';
import type { Synthesiser } from '../../ports.ts';
import { servedBy, type Run } from '../../run.ts';
import { openSeparator } from '../separate/open.ts';
import type { Separator } from '../../families/separator.ts';
import { voiceOf } from '../separate/take-voice-out.ts';
import type { SpeechCache } from './speech-cache.ts';
import { chooseVoices, type SpeakerVoice } from './voices.ts';
import { LISTEN_RATE, type Heard } from '../recognise/index.ts';
import type { CloneModels } from '../../prepare.ts';

/** Rate of a reference in Hz: what cloning models listen at (Chatterbox: 24 kHz). */
const REFERENCE_RATE = 24_000;
/** Silence between two pieces of a reference, in seconds. */
const BETWEEN_PIECES = 0.2;
/** Where a job keeps what was said with cloned voices, encrypted, until it ends. */
export const CLONED = 'cloned/';

/** Speech with cloned voices: what to speak with, and what to do with the lines after. */
export interface ClonedSpeaking {
  readonly synthesiser: Synthesiser;
  readonly voices: readonly SpeakerVoice[];
  readonly cache: SpeechCache;
  /** The lines, those noted that another voice had to say. */
  noted(lines: readonly FittedSpeech[]): readonly FittedSpeech[];
  /** Warns when the recogniser that checks what was said lost its device. */
  tellFallbacks(): void;
  close(): Promise<void>;
}

/**
 * Learns each speaker's voice from where they are heard best. Nobody's voice is kept: what was learnt is in
 * memory only, what is said with it lies encrypted in the job's store, and both go when the job ends.
 * @param preset speaks for those of whom too little is heard, and what a cloned voice cannot say
 * @param cache of the job
 */
export async function openCloned(
  run: Run<DubRequest>,
  heard: Heard,
  models: CloneModels,
  preset: Synthesiser,
  cache: SpeechCache,
): Promise<ClonedSpeaking> {
  const { host, signal, request } = run;
  const { lines } = heard.transcript;
  const matched = chooseVoices(lines, heard.speech, LISTEN_RATE, preset, request.target, { kind: 'match' });
  const references = await referencesOf(run, heard, models);
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((engine) => engine.close()));
  };
  try {
    const listening = models.listen && (await host.engines.recogniser(models.listen, signal));
    if (listening) opened.push(listening);
    const cloner = await host.engines.synthesiser(models.clone, signal);
    opened.push(cloner);
    const instead = new Map<string, SpeakerVoice>();
    const said = new Map<string, string>();
    const voices: SpeakerVoice[] = [];
    for (const other of matched) {
      const reference = references.get(other.speaker);
      const voice = reference && (await cloner.clone?.(reference.sound, request.target, signal));
      if (voice === undefined) {
        run.warn(
          'voice.reference_short',
          `Too little is heard of ${other.speaker} alone: a matching voice speaks.`,
        );
        voices.push(other);
        continue;
      }
      instead.set(voice.id, other);
      said.set(voice.id, reference?.text ?? '');
      voices.push({ speaker: other.speaker, voice, medianF0: voice.medianF0, f0Range: 1 });
    }
    const fallen = new Set<string>();
    const listen: Listen | undefined =
      listening && (async (speech) => (await listening.recognise([speech], request.target, signal))[0] ?? []);
    const onFallback = ({ text, voice }: { text: string; voice: { id: string } }): void => {
      fallen.add(`${voice.id} ${text}`);
    };
    const sealed = await sealedCache({
      get: (key) => cache.get(`${CLONED}${key}`),
      put: (key, value) => cache.put(`${CLONED}${key}`, value),
    });
    return {
      synthesiser: checkedSpeaking({ cloner, preset, instead, listen, references: said, onFallback }),
      voices,
      cache: sealed,
      noted: (spoken) =>
        spoken.map((line) => {
          const other = fallen.has(`${line.voice} ${line.text}`) ? instead.get(line.voice) : undefined;
          return other === undefined
            ? line
            : { ...line, voice: other.voice.id, notes: [...line.notes, 'voice.fallback'] };
        }),
      tellFallbacks: () => {
        if (models.listen && listening) run.tellFallback(servedBy(models.listen, listening));
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Where a speaker is heard alone. */
interface Reference {
  readonly sound: Pcm;
  /** What they say there; empty when that is not known. */
  readonly text: string;
}

/** By speaker, some seconds of them alone: without what sounds behind them where a model can take that away. */
async function referencesOf(
  run: Run<DubRequest>,
  heard: Heard,
  { separate }: CloneModels,
): Promise<ReadonlyMap<string, Reference>> {
  const { host, signal, request } = run;
  const { lines } = heard.transcript;
  const want = { track: heard.track.index, sampleRate: REFERENCE_RATE, channels: 1 };
  const source = await host.media.decodeAudio(request.input, want, signal);
  const separator = separate && (await openSeparator(host, separate, signal));
  try {
    const references = new Map<string, Reference>();
    for (const speaker of new Set(lines.map((line) => line.speaker))) {
      const spans = referenceSpans(speaker, lines, heard.turns, heard.speech, LISTEN_RATE);
      if (spans.length === 0) continue;
      const sound = await pieced(run, source, spans, separator);
      references.set(speaker, { sound, text: textIn(spans, speaker, heard) });
    }
    return references;
  } finally {
    await separator?.close();
  }
}

/** Subtitles in the target language do not tell what is said. */
function textIn(spans: readonly SpeechSpan[], speaker: string, { transcript, brought }: Heard): string {
  if (brought === 'target') return '';
  return transcript.lines
    .filter((line) => line.speaker === speaker)
    .filter((line) => spans.some(({ start, end }) => line.start < end && line.end > start))
    .map(({ text }) => text)
    .join(' ');
}

async function pieced(
  { host, signal }: Run,
  { channels: [samples = new Float32Array(0)], sampleRate }: Pcm,
  spans: readonly SpeechSpan[],
  separator: Separator | undefined,
): Promise<Pcm> {
  const pieces: Float32Array[] = [];
  for (const { start, end } of spans) {
    const piece = samples.slice(Math.round(start * sampleRate), Math.round(end * sampleRate));
    const voice = separator && (await voiceOf(host, separator, { sampleRate, channels: [piece] }, signal));
    pieces.push(voice ?? piece);
  }
  const pause = Math.round(BETWEEN_PIECES * sampleRate);
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length + pause, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length + pause;
  }
  return { sampleRate, channels: [whole] };
}
