import type { Sound, SpeechSpan } from '../../media-types.ts';

/** A pause this long ends an utterance, in seconds. */
const PAUSE = 0.35;
/** Longer utterances are divided: recognisers lose track, and dubbing needs lines. */
const LONGEST = 12;
/** The parts of a divided stretch are at least this long. */
const SHORTEST_PART = 4;
/** Even in fast speech a gap between words lasts about this long, and no vowel is as quiet. */
const DIP = 0.06;
const DIP_STEP = 0.01;

/**
 * Stretches of speech joined over short pauses and divided at quiet moments, so that each can be recognised alone: at
 * most 12 s, never cut where the sound is loud.
 * @param sound mono
 * @param spans in seconds, in order, without overlap
 */
export async function utterances(sound: Sound, spans: readonly SpeechSpan[]): Promise<SpeechSpan[]> {
  const joined: { start: number; end: number }[] = [];
  for (const span of spans) {
    const previous = joined.at(-1);
    const fits = previous && span.start - previous.end < PAUSE && span.end - previous.start <= LONGEST;
    if (fits) previous.end = span.end;
    else joined.push({ ...span });
  }
  const parts: SpeechSpan[] = [];
  for (const span of joined) parts.push(...(await divided(sound, span)));
  return parts;
}

async function divided(sound: Sound, span: SpeechSpan): Promise<SpeechSpan[]> {
  const parts: SpeechSpan[] = [];
  let start = span.start;
  while (span.end - start > LONGEST) {
    const latest = Math.min(start + LONGEST, span.end - SHORTEST_PART);
    const at = await quietest(sound, start + SHORTEST_PART, latest);
    parts.push({ start, end: at });
    start = at;
  }
  return [...parts, { start, end: span.end }];
}

/** The middle of the quietest moment between two times, in seconds. */
async function quietest(sound: Sound, from: number, to: number): Promise<number> {
  const { sampleRate } = sound;
  const begin = Math.round((from - DIP) * sampleRate);
  const [samples] = await sound.read(begin, Math.round((to + DIP) * sampleRate));
  if (samples === undefined) return to;
  let best = to;
  let least = Infinity;
  for (let at = from; at <= to; at += DIP_STEP) {
    const first = Math.round((at - DIP / 2) * sampleRate) - begin;
    let energy = 0;
    for (let i = first; i < first + DIP * sampleRate; i++) energy += samples[i]! ** 2;
    if (energy >= least) continue;
    least = energy;
    best = at;
  }
  return best;
}
