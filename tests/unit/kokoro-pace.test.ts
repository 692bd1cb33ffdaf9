import { kokoroSpeed } from '@octavia/pipeline/families/kokoro/pace';
import { describe, expect, it } from 'vitest';

/** Input `speed` of Kokoro and the tempo that was measured. */
const MEASURED = [
  [0.85, 0.866],
  [1, 1],
  [1.1, 1.073],
  [1.25, 1.226],
  [1.35, 1.47],
  [1.4, 1.535],
] as const;

describe('the pace of Kokoro', () => {
  it('asks for the speed whose tempo was measured', () => {
    for (const [speed, tempo] of MEASURED) expect(kokoroSpeed(tempo)).toBeCloseTo(speed, 6);
  });

  it('rises with the tempo', () => {
    const tempos = Array.from({ length: 70 }, (_, i) => 0.87 + i / 100);
    const speeds = tempos.map(kokoroSpeed);
    for (const [i, speed] of speeds.entries()) expect(speed).toBeGreaterThan(speeds[i - 1] ?? 0);
  });

  it('never speaks faster than 1.6', () => {
    // 1.4 gives 1.535 and 1.5 gives 1.655: 1.6 lies between.
    expect(kokoroSpeed(1.6)).toBeCloseTo(1.454, 3);
    for (const tempo of [1.61, 2, 9]) expect(kokoroSpeed(tempo)).toBe(kokoroSpeed(1.6));
    expect(kokoroSpeed(0.5)).toBe(0.85);
  });
});
