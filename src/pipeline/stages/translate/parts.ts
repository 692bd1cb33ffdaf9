import { sentencesOf } from '../../language/sentences.ts';
import { knownPieces, type KnownPiece } from './known.ts';
import { refrainOf, withoutRepeats } from './repeats.ts';

/** What is translated at once. */
export interface Part {
  /** For the model. */
  readonly text: string;
  /** Its translation, where no model is needed. */
  readonly known: string | undefined;
  /** Whether something precedes it in the same sentence. */
  readonly goesOn: boolean;
  /** Replaces a single wording: repeats it as often as in the source. */
  readonly again?: { readonly source: string; readonly of: (wording: string) => string };
  /** Words said over and over were cut. */
  readonly cut: boolean;
}

/** Within a sentence that says more, the same words are kept so often in a row: models go round in circles. */
const MOST_REPEATS = 4;

/**
 * The sentences of a line as a model can translate them. Joined with spaces, they say the line.
 * @param source BCP-47
 * @param target BCP-47
 * @param mostWords see sentencesOf()
 */
export function partsOf(text: string, source: string, target: string, mostWords?: number): Part[] {
  if (!/\p{L}/u.test(text)) return [];
  return sentencesOf(text, source, mostWords).flatMap((sentence) =>
    knownPieces(sentence, source, target).map((piece, index) => asPart(piece, index > 0)),
  );
}

function asPart({ text, known }: KnownPiece, goesOn: boolean): Part {
  if (known !== undefined) return { text, known, goesOn, cut: false };
  const refrain = refrainOf(text);
  if (refrain !== undefined)
    return { text: refrain.unit, known, goesOn, again: { source: text, of: refrain.again }, cut: false };
  const words = text.split(/\s+/);
  const kept = withoutRepeats(words, MOST_REPEATS);
  return { text: kept.join(' '), known, goesOn, cut: kept.length < words.length };
}
