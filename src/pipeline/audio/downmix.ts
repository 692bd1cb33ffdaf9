/** Below this correlation the channels cancel each other, so their difference is used; above it their sum. */
const OPPOSED = -0.3;
const ALIKE = 0.1;
/** Seconds judged together, and the crossfade between sum and difference. */
const BLOCK = 0.5;
const FADE = 0.01;

/**
 * Stereo as one channel for listening, without loss where a channel is inverted (a wrongly wired cable): there the mean
 * would be silence, so half the difference is used.
 * @returns a function from the next samples of left and right, equally many, to as many mono samples
 */
export function monoMixer(sampleRate: number): (left: Float32Array, right: Float32Array) => Float32Array {
  const block = Math.round(BLOCK * sampleRate);
  const step = 2 / Math.max(1, Math.round(FADE * sampleRate));
  let opposed = false;
  let sign: number | undefined;
  return (left, right) => {
    const mono = new Float32Array(left.length);
    for (let from = 0; from < left.length; from += block) {
      const to = Math.min(left.length, from + block);
      const likeness = correlation(left, right, from, to);
      if (likeness < OPPOSED) opposed = true;
      else if (likeness > ALIKE) opposed = false;
      const wanted = opposed ? -1 : 1;
      let at = sign ?? wanted;
      for (let i = from; i < to; i++) {
        if (at !== wanted) at = wanted > at ? Math.min(wanted, at + step) : Math.max(wanted, at - step);
        mono[i] = (left[i]! + at * right[i]!) / 2;
      }
      sign = at;
    }
    return mono;
  };
}

/** −1…1; 0 where a channel is silent. */
function correlation(left: Float32Array, right: Float32Array, from: number, to: number): number {
  let [both, ofLeft, ofRight] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const [l, r] = [left[i] as number, right[i] as number];
    both += l * r;
    ofLeft += l * l;
    ofRight += r * r;
  }
  return ofLeft > 0 && ofRight > 0 ? both / Math.sqrt(ofLeft * ofRight) : 0;
}
