import { numberIn, numbersIn } from '../../language/number-words.ts';
import { soundIn } from './sounds.ts';

/** A piece of a sentence, and what it is in the target language where that is known without a model. */
export interface KnownPiece {
  readonly text: string;
  readonly known: string | undefined;
}

interface Count {
  readonly said: string;
  readonly numbers: number;
}

/** This many numbers in a row are counting; fewer may be part of a sentence. */
const LEAST_COUNT = 2;

/**
 * Cuts counts ("Ten, nine, eight") and sounds ("Shh") out of a sentence: models make up words for them. Joined with
 * spaces the pieces are the sentence.
 * @param source BCP-47
 * @param target BCP-47
 */
export function knownPieces(sentence: string, source: string, target: string): KnownPiece[] {
  const clauses = sentence.split(/(?<=[,;:…!?-])\s+/);
  const pieces: KnownPiece[] = [];
  for (let at = 0; at < clauses.length;) {
    const counts = countsFrom(clauses.slice(at), source, target);
    const numbers = counts.reduce((sum, count) => sum + count.numbers, 0);
    const isCount = numbers >= LEAST_COUNT || (counts.length > 0 && clauses.length === 1);
    const length = isCount ? counts.length : 1;
    const text = clauses.slice(at, at + length).join(' ');
    add(pieces, {
      text,
      known: isCount ? counts.map(({ said }) => said).join(' ') : soundIn(text, source, target),
    });
    at += length;
  }
  return pieces;
}

/** What no rule knows goes on in one piece. */
function add(pieces: KnownPiece[], piece: KnownPiece): void {
  const last = pieces.at(-1);
  if (last === undefined || (last.known === undefined) !== (piece.known === undefined)) pieces.push(piece);
  else {
    const known = last.known === undefined ? undefined : `${last.known} ${piece.known ?? ''}`;
    pieces[pieces.length - 1] = { text: `${last.text} ${piece.text}`, known };
  }
}

/** The counting clauses that a text begins with. */
function countsFrom(clauses: readonly string[], source: string, target: string): Count[] {
  const counts: Count[] = [];
  for (const clause of clauses) {
    const count = countOf(clause, source, target);
    if (count === undefined) break;
    counts.push(count);
  }
  return counts;
}

function countOf(clause: string, source: string, target: string): Count | undefined {
  const [, before = '', words = '', after = ''] =
    /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/u.exec(clause) ?? [];
  if (/^\d{1,4}$/.test(words)) return { said: clause, numbers: 1 };
  const numbers = numbersIn(words, source);
  if (numbers === undefined) return undefined;
  const said = numbers.map((n) => numberIn(n, target)).join(' ');
  return { said: before + said + after, numbers: numbers.length };
}
