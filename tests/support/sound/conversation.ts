import type { Engines, SpeechSpan } from '@octavia/pipeline';
import { speechBounds } from '@octavia/pipeline/audio/onset';
import { resample } from '@octavia/pipeline/audio/resample';
import { starter } from '../models/starter.ts';

const RATE = 16_000;
const never = new AbortController().signal;

/** Three eSpeak voices, far enough apart in pitch that a small model can tell them. */
export const CAST = [
  { id: 'en-us+m8', f0: 85 },
  { id: 'en-us+m3', f0: 130 },
  { id: 'en-us+f3', f0: 215 },
] as const;

/** To learn the voices from; none of them is said in a conversation. */
const LESSONS = [
  'Good evening and welcome to the late news of today.',
  'My sister keeps three chickens in her small garden.',
  'Please put the heavy boxes next to the kitchen door.',
  'It was raining so hard that the river rose quickly.',
  'You should never walk alone across the frozen lake.',
  'Every child in our village knows that old song well.',
  'The doctor asked him how long he had felt so tired.',
  'A large ship arrived from the south on Thursday night.',
];
const SAID = [
  'The boats leave the harbour early every morning.',
  'Nobody told us what the weather would be like.',
  'We had to wait for the evening train to town.',
  'He bought two loaves of bread and a little cheese.',
];

export interface Conversation {
  /** Mono, 16 kHz. */
  readonly sound: Float32Array;
  /** Who really speaks when: index in CAST. */
  readonly truth: readonly (SpeechSpan & { readonly voice: number })[];
  /** Speech of each voice to learn it from. */
  readonly lessons: readonly (readonly Float32Array[])[];
}

/** Real sentences one after the other, half a second apart. @param order indices in CAST */
export async function converse(
  engines: Pick<Engines, 'synthesiser'>,
  order: readonly number[],
): Promise<Conversation> {
  const espeak = await engines.synthesiser(starter('espeak-ng'), never);
  const speak = async (index: number, text: string): Promise<Float32Array> => {
    const { id, f0 } = CAST[index] ?? CAST[0];
    const voice = espeak.voices('en').find((candidate) => candidate.id === id);
    if (voice === undefined) throw new Error(`espeak-ng has no voice ${id}`);
    const said = await espeak.speak({ text, voice, pace: 1, medianF0: f0, f0Range: 1 }, never);
    const sound = resample(said.channels[0] ?? new Float32Array(), said.sampleRate, RATE);
    const { start, end } = speechBounds(sound, RATE) ?? { start: 0, end: 0 };
    return withHiss(sound.slice(Math.round(start * RATE), Math.round(end * RATE)));
  };
  try {
    const lessons: Float32Array[][] = [];
    for (const index of CAST.keys()) {
      const ofVoice: Float32Array[] = [];
      for (const text of LESSONS) ofVoice.push(await speak(index, text));
      lessons.push(ofVoice);
    }
    const lines: Float32Array[] = [];
    for (const [i, index] of order.entries()) lines.push(await speak(index, SAID[i % SAID.length] ?? ''));
    return { ...laidOut(lines, order), lessons };
  } finally {
    await espeak.close();
  }
}

/** A room is never silent: noise at −66 dBFS. */
function withHiss(sound: Float32Array): Float32Array {
  let state = 1;
  return sound.map((x) => {
    state = (state * 48_271) % 2_147_483_647;
    return x + (state / 2_147_483_647 - 0.5) * 0.0017;
  });
}

function laidOut(lines: readonly Float32Array[], order: readonly number[]) {
  const pause = RATE / 2;
  const sound = new Float32Array(lines.reduce((sum, line) => sum + line.length + pause, pause));
  let at = pause;
  const truth = lines.map((line, i) => {
    sound.set(line, at);
    const start = at / RATE;
    at += line.length + pause;
    return { start, end: start + line.length / RATE, voice: order[i] ?? 0 };
  });
  return { sound: withHiss(sound), truth };
}
