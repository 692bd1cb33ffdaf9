import type { Report } from '@octavia/pipeline/report';

/** The figures of a report that people want to know. */
export interface Figures {
  /** Milliseconds between the source's and the dub's onset: the 95th percentile and the worst line. */
  readonly onsetMs: { readonly p95: number; readonly worst: number };
  readonly tempo: { readonly slowest: number; readonly fastest: number };
  /** Lines that run past their slot. */
  readonly overruns: number;
  /** Output minus source. */
  readonly loudnessDifference: number;
}

export function figuresOf({ segments, loudness }: Report): Figures {
  const spoken = segments.filter(({ dubEnd, dubStart }) => dubEnd > dubStart);
  const onsets = spoken.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs)).sort((a, b) => a - b);
  const tempos = spoken.map(({ tempo }) => tempo);
  return {
    onsetMs: {
      p95: onsets[Math.max(0, Math.ceil(0.95 * onsets.length) - 1)] ?? 0,
      worst: onsets.at(-1) ?? 0,
    },
    tempo: { slowest: Math.min(...tempos, Infinity), fastest: Math.max(...tempos, -Infinity) },
    overruns: spoken.filter(({ overrunMs }) => overrunMs > 0).length,
    loudnessDifference: loudness.outputLufs - loudness.sourceLufs,
  };
}
