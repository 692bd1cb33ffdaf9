import { clamp } from '../../audio/clamp.ts';
import { measureFormants } from '../../audio/formants.ts';
import { BETWEEN_F0, measurePitch, type Pitch } from '../../audio/f0.ts';
import { OctaviaError } from '../../errors.ts';
import type { VoiceChoice } from '../../wish.ts';
import type { Line, Sound } from '../../media-types.ts';
import type { Synthesiser, Voice } from '../../ports.ts';
import { listen } from '../../sound/sound.ts';

/** A speaker's voice, the same from the first line to the last. */
export interface SpeakerVoice {
  readonly speaker: string;
  readonly voice: Voice;
  /** Hz, within the voice's natural range. */
  readonly medianF0: number;
  /** Liveliness relative to the voice's own; 1 leaves it unchanged. */
  readonly f0Range: number;
  /** What the speaker sounds like in the source, if the voice was matched and it could be heard. */
  readonly soundsLike?: Voice['gender'] | undefined;
}

/** The weight of the formants against the pitch: a shouting man is high, but his vocal tract stays long. */
const FORMANT_WEIGHT = 1.5;
/** Mean formant spacing between men (about 1030 Hz, 17 cm) and women (about 1180 Hz, 14.8 cm). */
const BETWEEN_SPACING = 1105;
const SPACING_SPREAD = 75;
const PITCH_SPREAD_SEMITONES = 5;
/** A voice shifted further than this no longer sounds like itself. */
const MOST_SHIFT_SEMITONES = 4;
/** 10–90 % range of lively read speech; espeak-ng’s own is 3–4 (measured), so it is made a little livelier. */
const USUAL_RANGE = 4.5;
const RANGE_BOUNDS = [0.7, 1.4] as const;

/** Seconds of a speaker that are enough to know how they sound; pitch and formants are measured on less. */
const ENOUGH_SECONDS = 60;

/** What is said in the source, and how it sounds. */
export interface SpokenSource {
  readonly lines: readonly Line[];
  /** Mono. */
  readonly speech: Sound;
}

/**
 * One voice per speaker, matched to how they sound in the source. Speakers share a voice only when there are more of
 * them than voices of their kind.
 * @throws OctaviaError `language.unsupported`, `call.invalid` (no such preset)
 */
export async function chooseVoices(
  { lines, speech }: SpokenSource,
  synthesiser: Pick<Synthesiser, 'voices'>,
  language: string,
  choice: VoiceChoice,
): Promise<readonly SpeakerVoice[]> {
  const voices = synthesiser.voices(language);
  if (voices.length === 0) throw new OctaviaError('language.unsupported', `No voice speaks "${language}".`);
  const speakers = [...new Set(lines.map((line) => line.speaker))];
  if (choice.kind === 'preset') {
    const voice = preset(voices, choice.id);
    return speakers.map((speaker) => ({ speaker, voice, medianF0: voice.medianF0, f0Range: 1 }));
  }
  const taken = new Set<string>();
  const chosen: SpeakerVoice[] = [];
  for (const speaker of speakers) {
    const pieces = await spokenBy(speaker, lines, speech);
    const matching = match(speaker, pieces, speech.sampleRate, voices, taken);
    taken.add(matching.voice.id);
    chosen.push(matching);
  }
  return chosen;
}

/** The first minute or so of what a speaker says, line by line. */
async function spokenBy(speaker: string, lines: readonly Line[], speech: Sound): Promise<Float32Array[]> {
  const pieces: Float32Array[] = [];
  let left = ENOUGH_SECONDS;
  for (const line of lines) {
    if (left <= 0) break;
    if (line.speaker !== speaker) continue;
    const { samples } = await listen(speech, line.start, Math.min(line.end, line.start + left));
    pieces.push(samples);
    left -= line.end - line.start;
  }
  return pieces;
}

/** Speakers with a voice of the other kind, because the language has none of theirs. */
export function mismatched(voices: readonly SpeakerVoice[]): readonly SpeakerVoice[] {
  return voices.filter(({ voice, soundsLike }) => soundsLike !== undefined && soundsLike !== voice.gender);
}

function preset(voices: readonly Voice[], id: string): Voice {
  const voice = voices.find((candidate) => candidate.id === id);
  if (voice !== undefined) return voice;
  const known = voices.map((candidate) => candidate.id).join(', ');
  throw new OctaviaError('call.invalid', `There is no voice "${id}"; there are ${known}.`);
}

function match(
  speaker: string,
  pieces: readonly Float32Array[],
  sampleRate: number,
  voices: readonly Voice[],
  taken: ReadonlySet<string>,
): SpeakerVoice {
  const pitch = measurePitch(pieces, sampleRate);
  const gender = pitch && soundsLike(pitch, measureFormants(pieces, sampleRate));
  const ofGender = voices.filter((voice) => gender === undefined || voice.gender === gender);
  const fitting = ofGender.length > 0 ? ofGender : voices;
  const free = fitting.filter((voice) => !taken.has(voice.id));
  const voice = closest(free.length > 0 ? free : fitting, pitch);
  if (pitch === undefined) return { speaker, voice, medianF0: voice.medianF0, f0Range: 1 };
  const shift = clamp(semitones(pitch.median, voice.medianF0), -MOST_SHIFT_SEMITONES, MOST_SHIFT_SEMITONES);
  return {
    speaker,
    voice,
    soundsLike: gender,
    medianF0: voice.medianF0 * 2 ** (shift / 12),
    f0Range: clamp(pitch.range / USUAL_RANGE, ...RANGE_BOUNDS),
  };
}

function soundsLike(pitch: Pitch, spacing: number | undefined): Voice['gender'] {
  const fromPitch = semitones(pitch.median, BETWEEN_F0) / PITCH_SPREAD_SEMITONES;
  const fromThroat = spacing === undefined ? 0 : (spacing - BETWEEN_SPACING) / SPACING_SPREAD;
  return clamp(fromPitch, -2, 2) + FORMANT_WEIGHT * clamp(fromThroat, -2, 2) > 0 ? 'female' : 'male';
}

/** The nearest in pitch; on a small difference, the better one (earlier in the list) wins. */
function closest(voices: readonly Voice[], pitch: Pitch | undefined): Voice {
  const cost = (voice: Voice, index: number): number =>
    0.5 * index + (pitch === undefined ? 0 : Math.abs(semitones(pitch.median, voice.medianF0)));
  const best = voices.reduce((winner, voice, index) =>
    cost(voice, index) < cost(winner, voices.indexOf(winner)) ? voice : winner,
  );
  return best;
}

function semitones(a: number, b: number): number {
  return 12 * Math.log2(a / b);
}
