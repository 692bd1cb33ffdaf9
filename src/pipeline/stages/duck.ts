import { raisedCosine } from '../audio/fade.ts';
import { amplitude } from '../audio/loudness.ts';
import type { SpeechSpan } from '../media-types.ts';

/** The background is down when the speech begins, and comes back slowly, as a sound engineer's hand does. */
const ATTACK = 0.08;
const RELEASE = 0.25;
/** It stays down over pauses shorter than this: pumping is worse than quiet. */
const BRIDGE = 0.6;

/**
 * Lowers the sound by `depthDb` during the spans, in place, with smooth ramps before and after them.
 * @param spans seconds, in any order @param depthDb negative
 */
export function duck(
  channels: readonly Float32Array[],
  sampleRate: number,
  spans: readonly SpeechSpan[],
  depthDb: number,
): void {
  for (const { start, end } of union(spans, BRIDGE)) {
    const [ramp, down, up, done] = [start - ATTACK, start, end, end + RELEASE].map((time) =>
      Math.round(time * sampleRate),
    ) as [number, number, number, number];
    const gainAt = (depth: number): number => amplitude(depthDb * depth);
    for (const samples of channels) {
      scale(samples, ramp, down, (i) => gainAt(raisedCosine((i - ramp) / (down - ramp))));
      const low = gainAt(1);
      scale(samples, down, up, () => low);
      scale(samples, up, done, (i) => gainAt(raisedCosine((done - i) / (done - up))));
    }
  }
}

function scale(samples: Float32Array, from: number, to: number, gain: (index: number) => number): void {
  const end = Math.min(samples.length, to);
  for (let i = Math.max(0, from); i < end; i++) samples[i] = (samples[i] ?? 0) * gain(i);
}

/** The spans in order, those joined that overlap or lie closer than `bridge` seconds. */
export function union(spans: readonly SpeechSpan[], bridge = 0): SpeechSpan[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start - last.end <= bridge) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
