import { throwIfAborted } from '../errors.ts';
import type { Session } from '../ports.ts';
import { BeamSearch } from './beam.ts';
import type { BeamSettings, Hypothesis } from './beam.ts';
import { bestTokens } from './candidates.ts';
import type { Settings } from './config.ts';
import { CachedDecoder } from './decoder.ts';
import { float32, padded } from './tensors.ts';

export interface BatchRun {
  readonly encoder: Session;
  readonly decoder: Session;
  readonly settings: Settings;
  readonly search: BeamSettings;
  /** Tokens every output begins with; they are not counted. */
  readonly forced: readonly number[];
  readonly signal: AbortSignal;
}

/** Runs one batch to its end. A finished sentence leaves at once; the rest continue in a smaller batch. */
export async function generateBatch(
  run: BatchRun,
  sources: readonly (readonly number[])[],
  finished: (row: number, hypotheses: readonly Hypothesis[]) => void,
): Promise<void> {
  const { settings, search, signal } = run;
  throwIfAborted(signal);
  const { ids, mask } = padded(sources, settings.padToken);
  const encoded = await run.encoder.run({ input_ids: ids, attention_mask: mask }, ['last_hidden_state']);
  const hidden = float32(encoded['last_hidden_state'], 'last_hidden_state');
  const decoder = new CachedDecoder(run.decoder, settings, hidden, mask);
  let open = sources.map((source, row) => ({
    row,
    search: new BeamSearch(search, source, longest(source, settings), row),
  }));
  let logits = await decoder.step(sources.map(() => settings.startToken));
  for (const token of run.forced) logits = await decoder.step(sources.map(() => token));
  // A translation must not be empty: the end token is banned in first place.
  let banned = [...settings.banned, settings.endToken];
  for (;;) {
    throwIfAborted(signal);
    const size = logits.dims[2]!;
    for (const { search: one } of open) {
      one.advance(
        one.beams.flatMap((beam) => bestTokens(logits.data, size, beam, 2 * search.beams + 1, banned)),
      );
    }
    for (const { row, search: one } of open) if (one.done) finished(row, one.hypotheses());
    open = open.filter((sentence) => !sentence.search.done);
    if (open.length === 0) return;
    const beams = open.flatMap((sentence) => sentence.search.beams);
    decoder.select(beams.map((beam) => beam.row));
    logits = await decoder.step(beams.map((beam) => beam.tokens.at(-1) ?? settings.startToken));
    let first = 0;
    for (const { search: one } of open) {
      const base = first;
      one.placed((index) => base + index);
      first += one.beams.length;
    }
    banned = [...settings.banned];
  }
}

/**
 * Output tokens allowed for a source: Spanish is about a fifth longer than English, so half as much again is plenty.
 */
function longest(source: readonly number[], { mostTokens }: Settings): number {
  return Math.min(mostTokens - 1, Math.ceil(source.length * 1.5) + 10);
}
