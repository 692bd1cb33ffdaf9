import { STAGES, type StageName } from '../report.ts';

/** Completed share of each stage, 0…1; a skipped stage is 1. */
export type StageProgress = Readonly<Partial<Record<StageName, number>>>;

/** Below this share of the predicted work, the prediction counts more than the clock. */
const TRUST_AFTER = 0.15;

/**
 * Overall progress and time left of a running job. The predicted seconds weight the stages; the pace so far corrects
 * the prediction more and more as work gets done.
 * @param predicted seconds per stage (Prediction.stages); stages without an entry weigh nothing
 * @param elapsed seconds since the job started
 */
export function estimate(
  progress: StageProgress,
  predicted: Readonly<Partial<Record<StageName, number>>>,
  elapsed: number,
): { fraction: number; secondsLeft: number | undefined } {
  let total = 0;
  let done = 0;
  for (const stage of STAGES) {
    const weight = Math.max(0, predicted[stage] ?? 0);
    total += weight;
    done += weight * Math.min(1, Math.max(0, progress[stage] ?? 0));
  }
  if (total === 0) return { fraction: 0, secondsLeft: undefined };
  const fraction = done / total;
  const left = total - done;
  if (done === 0) return { fraction, secondsLeft: left };
  const trust = Math.min(1, fraction / TRUST_AFTER);
  const pace = 1 - trust + trust * (elapsed / done);
  return { fraction, secondsLeft: left * pace };
}
