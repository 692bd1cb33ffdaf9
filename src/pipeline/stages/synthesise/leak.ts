import { isCharacter, unitsOf } from '../../language/word-error-rate.ts';

/** This many together cannot be misheard; a single common word or syllable is easily heard in any language. */
const WORDS = 2;
const CHARACTERS = 4;

/** Whether words are heard that are not in the line and are adjacent in the reference. */
export function leaks(line: string, heard: string, reference: string): boolean {
  const own = new Set(unitsOf(line));
  const source = unitsOf(reference);
  const units = unitsOf(heard);
  return units.some((unit, at) => {
    const enough = isCharacter(unit) ? CHARACTERS : WORDS;
    const run = units.slice(at, at + enough);
    return run.length === enough && !run.some((other) => own.has(other)) && holds(source, run);
  });
}

function holds(units: readonly string[], run: readonly string[]): boolean {
  return units.some((_, at) => run.every((unit, index) => units[at + index] === unit));
}
