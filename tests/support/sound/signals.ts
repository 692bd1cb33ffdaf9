/** Synthetic signals for the audio tests; deterministic, mono. */

export function silence(seconds: number, rate: number): Float32Array<ArrayBuffer> {
  return new Float32Array(Math.round(seconds * rate));
}

export function sine(seconds: number, rate: number, frequency: number, amplitude: number) {
  return silence(seconds, rate).map((_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / rate));
}

/** A small generator of numbers in 0…1 (mulberry32), so that random tests repeat. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function noise(seconds: number, rate: number, amplitude: number, seed: number) {
  const next = random(seed);
  return silence(seconds, rate).map(() => amplitude * (2 * next() - 1));
}

/** Speech-like: a harmonic tone with syllables of 200 ms that never fall silent, and soft ends. */
export function burst(
  seconds: number,
  rate: number,
  { attack = 0.004, f0 = 120, amplitude = 0.3 }: { attack?: number; f0?: number; amplitude?: number },
) {
  return silence(seconds, rate).map((_, i) => {
    const t = i / rate;
    const edge = Math.min(1, t / attack, (seconds - t) / 0.004);
    const syllable = 0.7 + 0.3 * Math.cos(2 * Math.PI * 5 * t);
    let x = 0;
    for (let k = 1; k <= 10 && k * f0 < rate / 2; k++) x += Math.sin(2 * Math.PI * k * f0 * t) / k;
    return amplitude * 0.6 * edge * syllable * x;
  });
}

/** Adds `what` into `track` at `at` seconds, in place. */
export function mixInto(track: Float32Array<ArrayBuffer>, what: Float32Array, at: number, rate: number) {
  const from = Math.round(at * rate);
  what.forEach((x, i) => {
    const j = from + i;
    if (j < track.length) track[j] = (track[j] ?? 0) + x;
  });
  return track;
}
