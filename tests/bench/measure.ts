/** One figure, beside the bar it has to clear where there is one. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  /** For ratios `×`, for shares `%`; else s, MB, kB … */
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What it was measured on, or against. */
  readonly note?: string;
}

/** What each `<name>.bench.ts` exports: measures everything in one run, so that ratios compare like with like. */
export type Bench = (signal: AbortSignal, options: BenchOptions) => Promise<readonly Measure[]>;

/** What a measurement may be given. */
export interface BenchOptions {
  /** A folder of recordings and what is said in them; see quality/recordings.ts. */
  readonly speech?: string;
}

/** Whether the figure clears its bar; one without a bar always does. */
export function clears({ value, atMost, atLeast }: Measure): boolean {
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
}
