/**
 * Raised-cosine fades at both ends, in place, so that no edge clicks.
 * @param fadeIn samples
 * @param fadeOut samples; both are limited to the sound's length
 */
export function fadeEdges(samples: Float32Array, fadeIn: number, fadeOut: number): void {
  const rise = Math.min(fadeIn, samples.length);
  const fall = Math.min(fadeOut, samples.length);
  for (let i = 0; i < rise; i++) samples[i]! *= raisedCosine((i + 0.5) / rise);
  for (let i = 0; i < fall; i++) {
    const at = samples.length - 1 - i;
    samples[at]! *= raisedCosine((i + 0.5) / fall);
  }
}

/** 0 at 0, 1 at 1, flat at both. */
export function raisedCosine(x: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * x);
}

/** Multiplies in place. */
export function applyGain(samples: Float32Array, gain: number): void {
  for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
}
