import type { SpeechSpan } from '@octavia/pipeline';

interface Turn extends SpeechSpan {
  readonly who: string | number;
}

const STEP = 0.01;

/**
 * The diarisation error rate: missed speech, false alarms and confusions over the true speech (NIST RT, "The
 * 2009 Rich Transcription evaluation plan"), under the best pairing of names, without a collar.
 */
export function diarisationError(truth: readonly Turn[], found: readonly Turn[]): number {
  const names = [...new Set(found.map(({ who }) => who))];
  const people = [...new Set(truth.map(({ who }) => who))];
  const end = Math.max(...[...truth, ...found].map((turn) => turn.end));
  const moments = Array.from({ length: Math.ceil(end / STEP) }, (_, i) => {
    const at = (i + 0.5) * STEP;
    const speaking = (turns: readonly Turn[]) =>
      new Set(turns.filter((turn) => turn.start <= at && turn.end > at).map(({ who }) => who));
    return { real: speaking(truth), heard: speaking(found) };
  });
  const total = moments.reduce((sum, { real }) => sum + real.size, 0);
  const wrong = pairings(people, names).map((pairing) =>
    moments.reduce((sum, { real, heard }) => {
      const right = [...heard].filter((name) => real.has(pairing.get(name) ?? '')).length;
      return sum + Math.max(real.size, heard.size) - right;
    }, 0),
  );
  return Math.min(...wrong) / total;
}

/** Every way to give each name one person, as far as there are persons. */
function pairings(
  people: readonly (string | number)[],
  names: readonly (string | number)[],
): Map<string | number, string | number>[] {
  const [name, ...others] = names;
  if (name === undefined) return [new Map<string | number, string | number>()];
  const without = pairings(people, others);
  const paired = people.flatMap((person) =>
    pairings(
      people.filter((other) => other !== person),
      others,
    ).map((rest) => new Map(rest).set(name, person)),
  );
  return [...without, ...paired];
}
