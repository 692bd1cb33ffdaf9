import type { Clock } from '../ports.ts';

/** Side of the square matrices multiplied: fits the second-level cache of phones and laptops alike. */
const SIDE = 192;
const RUNS = 6;

/** Best time of one product on the reference machine (2 cores, Node 24), in seconds; measured 2026-11-22. */
const REFERENCE_SECONDS = 0.007;

/**
 * How long this device takes for a fixed piece of arithmetic relative to the reference machine, on which the
 * catalogue's `rtf` figures were measured: 1 is as fast, 2 takes twice as long. Takes about 0.1 s; run it in a worker.
 * The best of several runs counts, to exclude compiling and busy moments.
 */
export function measureWorkloadFactor(clock: Pick<Clock, 'now'>): number {
  const left = Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.sin(i));
  const right = Float32Array.from({ length: SIDE * SIDE }, (_, i) => Math.cos(i));
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const began = clock.now();
    const product = multiply(left, right);
    const took = clock.now() - began;
    // Reading a result prevents the product from being optimised away.
    if (Number.isFinite(product[run])) best = Math.min(best, took);
  }
  // Coarse clocks (browsers round to 0.1–1 ms) must not yield zero.
  return Math.max(best, REFERENCE_SECONDS / 50) / REFERENCE_SECONDS;
}

function multiply(left: Float32Array, right: Float32Array): Float32Array {
  const product = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let k = 0; k < SIDE; k++) {
      const scale = left[row * SIDE + k]!;
      for (let column = 0; column < SIDE; column++) {
        const at = row * SIDE + column;
        product[at]! += scale * right[k * SIDE + column]!;
      }
    }
  }
  return product;
}
