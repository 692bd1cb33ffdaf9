import type { ModelEntry } from '../catalogue.ts';
import { OctaviaError, toOctaviaError, type ErrorCode } from '../errors.ts';

/** What one source provided. */
export interface Outcome {
  readonly fetched: number;
  /** Bytes downloaded. */
  readonly bytes: number;
  /** Lock names of files that were recorded for the first time. */
  readonly learned: readonly string[];
  /** Models it could not provide, by id, and why. The others are installed. */
  readonly refused: ReadonlyMap<string, OctaviaError>;
}

/** The outcomes of several sources or models as one. */
export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    fetched: outcomes.reduce((sum, { fetched }) => sum + fetched, 0),
    bytes: outcomes.reduce((sum, { bytes }) => sum + bytes, 0),
    learned: outcomes.flatMap(({ learned }) => learned),
    refused: new Map(outcomes.flatMap(({ refused }) => [...refused])),
  };
}

/** Errors that concern one source and model; others, such as a full disk, would be the same anywhere. */
const OF_SOURCE: readonly ErrorCode[] = [
  'model.missing',
  'model.damaged',
  'model.changed',
  'model.untrusted',
  'model.unreachable',
  'model.unavailable',
  'catalogue.invalid',
];

/** A source's refusal, which the next one need not share. @throws the error itself, when it is of another kind */
export function refusalOfSource(thrown: unknown, signal: AbortSignal): OctaviaError {
  const error = toOctaviaError(thrown, signal);
  if (!OF_SOURCE.includes(error.code)) throw error;
  return error;
}

/** The refusals of all sources tried for a model, in one line. */
export function refusedByAll(
  { title }: ModelEntry,
  refusals: readonly { readonly source: string; readonly error: OctaviaError }[],
): OctaviaError {
  const [first, second] = refusals;
  // With a single source, its own words say best what to do.
  if (first !== undefined && second === undefined) return first.error;
  const tried = refusals.map(({ source, error }) => `${source} (${reasonOf(error)})`).join(', ');
  const last = refusals.at(-1)?.error;
  return new OctaviaError(
    last?.code ?? 'model.unavailable',
    `${title} could not be fetched. Tried: ${tried}. Check the network and try again, set a mirror in OCTAVIA_MODEL_HOST, or import the files from a folder.`,
    { cause: last },
  );
}

/** The reason in a few words. */
export function reasonOf({ detail, message }: OctaviaError): string {
  return /^.*?(?=\.(?:\s|$)|$)/s.exec(detail ?? message)?.[0] ?? message;
}
