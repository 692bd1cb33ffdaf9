import { fadeEdges } from '../../audio/fade.ts';
import { speechBounds } from '../../audio/onset.ts';
import type { Pcm } from '../../media-types.ts';

/** Trimmed speech placed on the file's timeline; times in seconds from its start. */
export interface Placed {
  readonly pcm: Pcm;
  /** Where the first sample goes. */
  readonly start: number;
  /** Where its speech begins and ends. */
  readonly speechStart: number;
  readonly speechEnd: number;
}

/** Kept before the speech and faded in, and after it for its last sound to die away. */
const LEAD = 0.01;
const TAIL = 0.1;
/** A tail this short may reach into the minimum gap before a waiting line. */
const LEAST_TAIL = 0.01;
/** Silence kept before the next line where there is room, so that its onset stands out. */
const QUIET = 0.04;
const LEAST_FADE = 0.0015;

/**
 * Places speech so that it begins at `onset`, in absolute time. Speech that would run past the end of the file is moved
 * forward into the pause before it, but not before `earliest`; no speech is cut.
 */
export function place(
  pcm: Pcm,
  onset: number,
  { earliest, limit, fileSeconds }: { earliest: number; limit: number; fileSeconds: number },
): Placed {
  const samples = pcm.channels[0] ?? new Float32Array(0);
  const rate = pcm.sampleRate;
  const bounds = speechBounds(samples, rate) ?? { start: 0, end: samples.length / rate };
  const length = bounds.end - bounds.start;
  const latest = fileSeconds - length;
  const speechStart = Math.min(onset, Math.max(0, earliest, latest));
  const speechEnd = speechStart + length;
  const lead = Math.min(LEAD, speechStart, bounds.start);
  const room = Math.max(LEAST_TAIL, limit - QUIET - speechEnd);
  const tail = Math.max(0, Math.min(TAIL, room, fileSeconds - speechEnd));
  const cut = samples.slice(Math.round((bounds.start - lead) * rate), Math.round((bounds.end + tail) * rate));
  fadeEdges(cut, Math.max(lead, LEAST_FADE) * rate, Math.max(tail, LEAST_FADE) * rate);
  const heard = speechBounds(cut, rate)?.start ?? lead;
  return {
    pcm: { sampleRate: rate, channels: [cut] },
    start: Math.max(0, speechStart - heard),
    speechStart,
    speechEnd,
  };
}

/** Only the speech, with enough silence around it for a stretcher to start and end in. */
export function isolate(pcm: Pcm, pad = 0.03): Float32Array {
  const samples = pcm.channels[0] ?? new Float32Array(0);
  const rate = pcm.sampleRate;
  const bounds = speechBounds(samples, rate);
  if (bounds === undefined) return samples;
  const from = Math.round(Math.max(0, bounds.start - LEAD) * rate);
  const piece = samples.subarray(from, Math.round((bounds.end + TAIL) * rate));
  const margin = Math.round(pad * rate);
  const padded = new Float32Array(piece.length + 2 * margin);
  padded.set(piece, margin);
  return padded;
}
