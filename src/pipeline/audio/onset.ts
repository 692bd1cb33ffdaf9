import type { Sound, SpeechSpan } from '../media-types.ts';
import { listen } from '../sound/sound.ts';
import { Biquad, highPass, lowPass } from './biquad.ts';

/**
 * Finds where speech begins and ends from the short-time level, compared with the local noise floor and peak. The
 * source and the dub use the same rule, so that an onset error compares like with like.
 *
 * Two thresholds (after Rabiner & Sambur 1975, "An algorithm for determining the endpoints of isolated
 * utterances"): a strong one finds the cores of speech, a weak one extends them outwards over breathy onsets,
 * fricatives and releases. Levels are in dBFS per 5 ms window, every millisecond.
 */
const HOP = 0.001;
const WINDOW = 0.005;
/** Both signals are band-limited alike, whatever their sample rate: without rumble and hum, and nothing above 7 kHz. */
const BAND_LOW = 80;
const BAND_HIGH = 7000;
/** Digital silence counts as this level. */
const SILENCE_DB = -90;
/** Anything below is silence, even if it is the loudest sound. */
const QUIETEST_SPEECH_DB = -65;
const STRONG_BELOW_PEAK_DB = 22;
const WEAK_BELOW_PEAK_DB = 34;
/** The peak is the level reached for this long, so that one click does not set it. */
const PEAK_SECONDS = 0.03;
/**
 * The noise floor is the level of the quietest 20 ms. A larger share would take soft consonants for the floor in speech
 * with hardly a pause.
 */
const FLOOR_SECONDS = 0.02;
const FLOOR_SHARE = 0.03;
/** A core must be strong this long: a click is shorter, the shortest vowel is not. */
const CORE_SECONDS = 0.025;
/** A closure before the core (40 ms, as in "st") or after it (120 ms, before a released stop) is bridged. */
const LEAD_GAP = 0.04;
const TAIL_GAP = 0.12;
/** How far the weak threshold may extend a core: longer than any consonant, shorter than a breath. */
const REACH = 0.25;
/** Pauses up to this are inside one stretch of speech. */
const MERGE_GAP = 0.1;

interface Levels {
  /** dB of the 5 ms windows centred on each millisecond. */
  readonly db: Float32Array;
  readonly floor: number;
  readonly peak: number;
}

/**
 * Stretches of speech in seconds from the start of `samples`, in order.
 * @param samples mono, −1…1
 * @param noise level of the background in dBFS; estimated from the quietest moments when absent
 */
export function speechRegions(samples: Float32Array, sampleRate: number, noise?: number): SpeechSpan[] {
  const levels = measureLevels(samples, sampleRate, noise);
  if (levels.peak < QUIETEST_SPEECH_DB) return [];
  const range = levels.peak - levels.floor;
  const strong = Math.max(levels.peak - STRONG_BELOW_PEAK_DB, levels.floor + Math.min(15, 0.6 * range));
  const weak = Math.max(levels.peak - WEAK_BELOW_PEAK_DB, levels.floor + Math.min(8, 0.4 * range));
  const regions: { start: number; end: number }[] = [];
  for (const core of cores(levels.db, strong)) {
    const start = extend(levels.db, weak, core.first, -1, LEAD_GAP);
    const end = extend(levels.db, weak, core.last, 1, TAIL_GAP);
    const previous = regions.at(-1);
    if (previous && (start - previous.end) * HOP <= MERGE_GAP) previous.end = Math.max(end, previous.end);
    else regions.push({ start, end });
  }
  // A window first turns active when its right edge meets the onset, and last when its left edge leaves.
  const length = samples.length / sampleRate;
  return regions.map(({ start, end }) => {
    const from = Math.min(length, start === 0 ? 0 : start * HOP + WINDOW / 2);
    const to = end === levels.db.length - 1 ? length : end * HOP - WINDOW / 2;
    return { start: from, end: Math.max(from, to) };
  });
}

/**
 * First and last moment of speech in a sound without background (a synthesised line, the dub alone), in seconds from
 * the start of `samples`; undefined when there is none. Speech within a recording: `refineSpan`.
 * @param samples mono, −1…1
 */
export function speechBounds(samples: Float32Array, sampleRate: number): SpeechSpan | undefined {
  const regions = speechRegions(samples, sampleRate, SILENCE_DB);
  const first = regions[0];
  const last = regions.at(-1);
  return first && last && { start: first.start, end: last.end };
}

/** Silence kept before speech, so that its onset stays where it was, and after it, for its release. */
const KEPT_BEFORE = 0.05;
const KEPT_AFTER = 0.15;

/**
 * The sound with all but a few milliseconds of silence removed at both ends; unchanged if there is no speech.
 * @param samples mono, −1…1, without background
 */
export function cutSilence(samples: Float32Array, sampleRate: number): Float32Array {
  const bounds = speechBounds(samples, sampleRate);
  if (bounds === undefined) return samples;
  const from = Math.max(0, Math.round((bounds.start - KEPT_BEFORE) * sampleRate));
  return samples.subarray(from, Math.round((bounds.end + KEPT_AFTER) * sampleRate));
}

/** How far outside a given span we look for its true edges, in seconds. */
const MARGIN = 0.2;
/** Speech that reaches less than this into the span is the neighbour's tail or head. */
const STRAY = 0.03;

/** In spans longer than twice this, each edge is looked at with this many seconds of the span. */
const EDGE = 30;

/**
 * The span with its edges moved to where speech is heard to begin and end: outwards by at most 0.2 s, inwards as far as
 * there is silence. An edge in the middle of continuous speech stays where it is.
 * @param sound mono, the whole track
 * @param span in seconds from its start
 */
export async function refineSpan(sound: Sound, span: SpeechSpan): Promise<SpeechSpan> {
  if (span.end - span.start <= 2 * EDGE) return refineWithin(sound, span);
  const { start } = await refineWithin(sound, { start: span.start, end: span.start + EDGE });
  const { end } = await refineWithin(sound, { start: span.end - EDGE, end: span.end });
  return { start, end };
}

async function refineWithin(sound: Sound, span: SpeechSpan): Promise<SpeechSpan> {
  const { sampleRate, frames } = sound;
  const { samples, from } = await listen(sound, span.start - MARGIN, span.end + MARGIN);
  const to = from + samples.length;
  if (to - from < WINDOW * sampleRate) return span;
  const base = from / sampleRate;
  const limit = to / sampleRate;
  const regions = speechRegions(samples, sampleRate)
    .map(({ start, end }) => ({ start: base + start, end: base + end }))
    .filter(({ start, end }) => Math.min(end, span.end) - Math.max(start, span.start) > STRAY);
  const first = regions[0];
  const last = regions.at(-1);
  if (!first || !last) return span;
  const cutAtStart = from > 0 && first.start <= base;
  const cutAtEnd = to < frames && last.end >= limit;
  return { start: cutAtStart ? span.start : first.start, end: cutAtEnd ? span.end : last.end };
}

function measureLevels(samples: Float32Array, sampleRate: number, noise: number | undefined): Levels {
  const energy = cumulativeEnergy(samples, sampleRate);
  const count = Math.max(1, Math.floor(samples.length / sampleRate / HOP) + 1);
  const db = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const from = Math.max(0, Math.round((i * HOP - WINDOW / 2) * sampleRate));
    const to = Math.min(samples.length, Math.round((i * HOP + WINDOW / 2) * sampleRate));
    const mean = to > from ? (energy[to]! - energy[from]!) / (to - from) : 0;
    db[i] = Math.max(SILENCE_DB, 10 * Math.log10(mean + 1e-12));
  }
  const sorted = db.slice().sort();
  const peak = sorted[Math.max(0, count - Math.round(PEAK_SECONDS / HOP))] ?? SILENCE_DB;
  return { db, floor: noise ?? quietest(db), peak };
}

function quietest(db: Float32Array): number {
  const width = Math.round(FLOOR_SECONDS / HOP);
  const means = new Float32Array(Math.max(1, db.length - width + 1));
  let sum = 0;
  db.forEach((level, i) => {
    sum += level - (i >= width ? db[i - width]! : 0);
    means[Math.max(0, i - width + 1)] = sum / Math.min(width, i + 1);
  });
  return means.sort()[Math.floor(means.length * FLOOR_SHARE)] ?? SILENCE_DB;
}

function cumulativeEnergy(samples: Float32Array, sampleRate: number): Float64Array {
  const high = new Biquad(highPass(sampleRate, BAND_LOW));
  const low = sampleRate > 2.2 * BAND_HIGH ? new Biquad(lowPass(sampleRate, BAND_HIGH)) : undefined;
  const sums = new Float64Array(samples.length + 1);
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    const heard = high.step(samples[i]!);
    const x = low ? low.step(heard) : heard;
    sum += x * x;
    sums[i + 1] = sum;
  }
  return sums;
}

/** Runs of strong frames, bridged over the gaps between pitch pulses, long enough to be speech. */
function cores(db: Float32Array, strong: number): { first: number; last: number }[] {
  const bridge = Math.round(0.015 / HOP);
  const found: { first: number; last: number; frames: number }[] = [];
  for (let i = 0; i < db.length; i++) {
    if (db[i]! < strong) continue;
    const run = found.at(-1);
    if (run && i - run.last <= bridge) {
      run.last = i;
      run.frames++;
    } else found.push({ first: i, last: i, frames: 1 });
  }
  return found.filter((run) => run.frames * HOP >= CORE_SECONDS);
}

/** The furthest weakly active frame reachable from `from` without crossing a longer gap. */
function extend(db: Float32Array, weak: number, from: number, step: 1 | -1, gap: number): number {
  let edge = from;
  for (let i = from + step; i >= 0 && i < db.length; i += step) {
    if (Math.abs(i - edge) * HOP > gap || Math.abs(i - from) * HOP > REACH) break;
    if (db[i]! >= weak) edge = i;
  }
  return edge;
}
