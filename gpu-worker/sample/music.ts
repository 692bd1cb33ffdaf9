/** Four soft chords, in Hz, each held for BAR seconds: D, Bm, G, A in close position. */
const CHORDS = [
  [146.83, 220.0, 293.66, 369.99],
  [123.47, 185.0, 293.66, 369.99],
  [98.0, 196.0, 246.94, 293.66],
  [110.0, 220.0, 277.18, 329.63],
];
const BAR = 4;
/** Amplitude of one note: together about 20 dB under the speech. */
const NOTE_LEVEL = 0.012;

/** Background music as stereo floats: slow sine chords that swell and cross-fade. */
export function music(seconds: number, sampleRate: number): [Float32Array, Float32Array] {
  const left = new Float32Array(Math.round(seconds * sampleRate));
  const right = new Float32Array(left.length);
  for (let i = 0; i < left.length; i++) {
    const time = i / sampleRate;
    for (let bar = Math.max(0, Math.floor(time / BAR) - 1); bar <= Math.floor(time / BAR); bar++) {
      const level = NOTE_LEVEL * swell(time - bar * BAR) * Math.min(1, time, seconds - time);
      for (const [k, hertz] of (CHORDS[bar % CHORDS.length] ?? []).entries()) {
        const tone = Math.sin(2 * Math.PI * hertz * time) + 0.25 * Math.sin(4 * Math.PI * hertz * time);
        left[i] = (left[i] ?? 0) + level * tone * (1 - 0.15 * k);
        right[i] = (right[i] ?? 0) + level * tone * (0.55 + 0.15 * k);
      }
    }
  }
  return [left, right];
}

/** Rises over half a bar, falls over one and a half: neighbours overlap without a seam. */
function swell(time: number): number {
  const rise = BAR / 2;
  if (time < rise) return Math.sin((Math.PI / 2) * (time / rise)) ** 2;
  const fall = (time - rise) / (1.5 * BAR);
  return fall < 1 ? Math.cos((Math.PI / 2) * fall) ** 2 : 0;
}
