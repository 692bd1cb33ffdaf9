import { clamp } from '../../audio/clamp.ts';
import { decodePcm, encodePcm } from '../../audio/codec.ts';
import { OctaviaError, throwIfAborted } from '../../errors.ts';
import { hashOfBytes } from '../../hash.ts';
import {
  seconds,
  type FittedSpeech,
  type Line,
  type NoteCode,
  type Pcm,
  type TranslatedLine,
} from '../../media-types.ts';
import type { Stretcher, Synthesiser } from '../../ports.ts';
import { LengthModel } from './length.ts';
import {
  chooseCandidate,
  correct,
  FASTEST,
  GAP,
  LEAST_GAP,
  SLOWEST,
  targetLength,
  type Again,
  type Room,
} from './rules.ts';
import { isolate, place, type Placed } from './place.ts';
import { inOrder, slotsOf, type Slot } from './slots.ts';
import type { Speaking } from '../synthesise/index.ts';
import { cachedSpeech, type Speak, type SpeechCache } from '../synthesise/speech-cache.ts';
import type { SpeakerVoice } from '../synthesise/voices.ts';

export interface SpeakJob {
  readonly lines: readonly Line[];
  readonly translations: readonly TranslatedLine[];
  readonly voices: readonly SpeakerVoice[];
  /** Length of the file in seconds. */
  readonly fileSeconds: number;
}

export interface SpeakWith extends Omit<Speaking, 'voices'> {
  readonly stretcher: Stretcher;
}

/** Speech at its final length, with its natural length for the record. */
interface Timed {
  readonly pcm: Pcm;
  readonly tempo: number;
}

/** At most this many translations of a line are spoken to find one that fits. */
const MOST_ATTEMPTS = 3;

/**
 * Speaks every line, in order of start, and sets its place and length (see rules.ts). The same job gives the same
 * result whether or not lines were cached.
 * @param onLine called after each line with the fraction done
 * @throws OctaviaError `job.cancelled`, and what the engines throw
 */
export async function synthesiseAndFit(
  job: SpeakJob,
  { synthesiser, model, stretcher, cache, finished }: SpeakWith,
  signal: AbortSignal,
  onLine: (line: FittedSpeech, fraction: number) => void = () => undefined,
): Promise<readonly FittedSpeech[]> {
  const speak = cachedSpeech(synthesiser, model, cache);
  const lengths = new LengthModel();
  const { paced } = synthesiser;
  const { fileSeconds } = job;
  const again = againOf(synthesiser);
  const tools = { speak, again, paced, stretcher, lengths, fileSeconds, signal };
  const slots = slotsOf(job.lines, job.fileSeconds);
  const translations = new Map(job.translations.map((line) => [line.id, line]));
  const voices = new Map(job.voices.map((voice) => [voice.speaker, voice]));
  /** When each speaker finished their last line. */
  const free = new Map<string, number>();
  const fitted: FittedSpeech[] = [];
  for (const line of inOrder(job.lines)) {
    throwIfAborted(signal);
    const voice = voices.get(line.speaker);
    const slot = slots.get(line.id);
    const translation = translations.get(line.id);
    if (!voice || !slot || !translation) throw new OctaviaError('internal', `Line ${line.id} is incomplete.`);
    const earliest = (free.get(line.speaker) ?? -LEAST_GAP) + LEAST_GAP;
    const request = { line, slot, earliest, voice, candidates: translation.candidates };
    const spoken = await speakLine(request, tools);
    if (spoken.end > spoken.result.start) free.set(line.speaker, Math.max(spoken.end, earliest));
    const { pcm, ...result } = spoken.result;
    const load = await keptLine(finished, pcm);
    const end = result.start + seconds(pcm);
    const notes = [...translation.notes, ...result.notes];
    fitted.push({ ...result, load, end, notes });
    onLine(fitted.at(-1)!, fitted.length / job.lines.length);
  }
  return fitted;
}

/** Keeps the sound of a finished line, so that it takes no memory until it is mixed. */
async function keptLine(store: SpeechCache, pcm: Pcm): Promise<FittedSpeech['load']> {
  const bytes = encodePcm(pcm);
  const key = `fitted-${hashOfBytes(bytes)}.pcm`;
  await store.put(key, bytes);
  return async () => {
    const known = await store.get(key);
    const found = known && decodePcm(known);
    if (found !== undefined) return found;
    throw new OctaviaError('storage.failed', 'The sound of a finished line is gone. Start the job again.');
  };
}

function againOf({ paced, slow }: Pick<Synthesiser, 'paced' | 'slow'>): Again {
  if (!paced) return 'never';
  return slow ? 'reluctantly' : 'freely';
}

interface LineRequest {
  readonly line: Line;
  readonly slot: Slot;
  /** The speaker is still talking until then. */
  readonly earliest: number;
  readonly voice: SpeakerVoice;
  readonly candidates: readonly string[];
}

/** A line in its place, with its sound. */
type Fitted = Omit<FittedSpeech, 'end' | 'load'> & { readonly pcm: Pcm };

interface Tools {
  readonly speak: Speak;
  /** Whether speech is possible at another pace than the voice's own. */
  readonly paced: boolean;
  readonly again: Again;
  readonly stretcher: Stretcher;
  readonly lengths: LengthModel;
  readonly fileSeconds: number;
  readonly signal: AbortSignal;
}

async function speakLine(
  { line, slot, earliest, voice, candidates }: LineRequest,
  tools: Tools,
): Promise<{ result: Fitted; end: number }> {
  const onset = Math.max(slot.start, earliest);
  const room: Room = {
    ideal: Math.max(0.1, slot.end - onset),
    wished: Math.max(0, slot.limit - GAP - onset),
    most: Math.max(0, slot.limit - LEAST_GAP - onset),
  };
  const { index, timed } = await speakBest(candidates, voice, room, tools);
  const text = candidates[index] ?? '';
  const base = { id: line.id, text, voice: voice.voice.id };
  if (timed === undefined) {
    const empty = { sampleRate: 16_000, channels: [new Float32Array(0)] };
    const notes: NoteCode[] = ['synthesise.silent'];
    return { result: { ...base, start: slot.start, pcm: empty, tempo: 1, notes }, end: 0 };
  }
  const placed = place(timed.pcm, onset, { earliest, limit: slot.limit, fileSeconds: tools.fileSeconds });
  const notes = notesOn(placed, slot, timed.tempo, index);
  return {
    result: { ...base, start: placed.start, pcm: placed.pcm, tempo: timed.tempo, notes },
    end: placed.speechEnd,
  };
}

/** A difference in time that nobody hears, in seconds. */
const UNHEARD_SECONDS = 0.005;

function notesOn(placed: Placed, slot: Slot, tempo: number, candidate: number): NoteCode[] {
  const notes: NoteCode[] = [];
  if (candidate > 0) notes.push('fit.shortened');
  if (tempo > FASTEST + 0.01) notes.push('fit.fast');
  if (placed.speechStart > slot.start + UNHEARD_SECONDS) notes.push('fit.delayed');
  if (placed.speechEnd > slot.limit + UNHEARD_SECONDS || placed.speechStart < slot.start - UNHEARD_SECONDS) {
    notes.push('fit.overrun');
  }
  return notes;
}

/** Speaks the candidate that should fit; if it turns out too long, the shorter ones. */
async function speakBest(
  candidates: readonly string[],
  voice: SpeakerVoice,
  room: Room,
  tools: Tools,
): Promise<{ index: number; timed: Timed | undefined }> {
  const naturals = candidates.map((text) => tools.lengths.predict(voice.voice, text));
  let index = chooseCandidate(naturals, room);
  let best: { index: number; timed: Timed } | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS && index >= 0; attempt++) {
    const [text, predicted] = [candidates[index] as string, naturals[index] as number];
    const timed = await speakTimed(text, predicted, voice, room, tools);
    if (timed === undefined) break;
    if (best === undefined || timed.tempo < best.timed.tempo) best = { index, timed };
    if (timed.tempo <= FASTEST + 0.01) break;
    index = naturals.findIndex((natural, i) => i > index && natural < predicted * 0.97);
  }
  return best ?? { index: Math.max(0, index), timed: undefined };
}

/** One text at the length its room requires: predicted, spoken, corrected once by pace, then stretched. */
async function speakTimed(
  text: string,
  predicted: number,
  voice: SpeakerVoice,
  room: Room,
  { speak, paced, again, stretcher, lengths, signal }: Tools,
): Promise<Timed | undefined> {
  let pace = paced ? firstPace(predicted, room) : 1;
  let spoken = await speak(text, voice, pace, signal);
  if (spoken.bounds === undefined) return undefined;
  lengths.learn(voice.voice, text, (spoken.bounds.end - spoken.bounds.start) * pace);
  let change = correct(spoken.bounds.end - spoken.bounds.start, pace, room, again);
  if (change.kind === 'again') {
    pace = change.pace;
    spoken = await speak(text, voice, pace, signal);
    if (spoken.bounds === undefined) return undefined;
    change = correct(spoken.bounds.end - spoken.bounds.start, pace, room, 'never');
  }
  if (change.kind !== 'stretch') return { pcm: spoken.pcm, tempo: pace };
  const { sampleRate } = spoken.pcm;
  const samples = await stretcher.stretch(isolate(spoken.pcm), sampleRate, change.tempo);
  return { pcm: { sampleRate, channels: [samples] }, tempo: pace * change.tempo };
}

/**
 * In steps of 0.05, so that what is learned from one line hardly ever changes later ones, and after an edit they are
 * found in the cache.
 */
function firstPace(predicted: number, room: Room): number {
  const natural = Math.max(predicted, 0.05);
  return Math.round(clamp(natural / targetLength(natural, room), SLOWEST, FASTEST) * 20) / 20;
}
