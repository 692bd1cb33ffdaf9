/** English abbreviations after which a sentence always continues. */
const GOES_ON =
  /(?:^|[\s("])(?:mr|mrs|ms|dr|st|mt|ft|prof|capt|col|gen|lt|sgt|maj|cmdr|adm|gov|sen|rep|pres|rev|hon|vs|cf|approx|e\.g|i\.e)\.$/i;
/** Initials and the like: the sentence continues unless the next word is a typical sentence start. */
const MAY_GO_ON = /(?:^|[\s("])(?![ap]\.m\.)(?:(?:\p{L}\.)+|(?:inc|co|corp|ltd|jr|sr)\.)$/iu;
const STARTS = new Set(
  `i you he she it we they this that these those there here the a an my your his her its our their and but or so
  if when while what who where why how then now yes no in on at for with after before`.split(/\s+/),
);
/** "No. 5": an abbreviation before a number, a sentence before anything else. */
const BEFORE_NUMBER = /(?:^|[\s("])(?:no|nos|vol|fig|ch|pp?)\.$/i;
/**
 * Longer sentences are translated in parts unless the model says otherwise; full models were trained on such lengths.
 */
const MOST_WORDS = 40;
/** The best words to cut an unpunctuated sentence before. */
const JOINTS = new Set(
  'and but or so because although though while when where which who whose that if then since until unless'.split(
    ' ',
  ),
);

/**
 * The sentences of a line, each short enough for a model. Joined with spaces they are the line again.
 * @param language BCP-47
 * @param mostWords most words of a part, at least 2; longer sentences are cut at clauses
 */
export function sentencesOf(text: string, language: string, mostWords = MOST_WORDS): string[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const part = segment.trim();
    const last = sentences.at(-1);
    if (part === '') continue;
    if (last !== undefined && goesOn(last, part)) {
      sentences[sentences.length - 1] = `${last} ${part}`;
    } else {
      sentences.push(part);
    }
  }
  return sentences.flatMap((sentence) =>
    shortParts(sentence.split(/\s+/), mostWords).map((words) => words.join(' ')),
  );
}

/** Whether there is no break between these after all: the segmenter knows no abbreviations. */
function goesOn(before: string, part: string): boolean {
  if (GOES_ON.test(before) || !/\p{L}|\p{N}/u.test(part) || /^\p{Ll}/u.test(part)) return true;
  if (BEFORE_NUMBER.test(before)) return /^\d/.test(part);
  const next = /[\p{L}']+/u.exec(part)?.[0].toLowerCase() ?? '';
  return MAY_GO_ON.test(before) && !STARTS.has(next);
}

/** Cuts in two at the best place until every part is short enough. */
function shortParts(words: readonly string[], most: number): (readonly string[])[] {
  if (words.length <= most) return [words];
  const at = bestCut(words);
  return [...shortParts(words.slice(0, at), most), ...shortParts(words.slice(at), most)];
}

/** The cut in the middle half that separates clauses best: at a semicolon, a comma, before a conjunction. */
function bestCut(words: readonly string[]): number {
  const middle = words.length / 2;
  let best = Math.round(middle);
  let bestScore = -Infinity;
  const from = Math.ceil(words.length / 4);
  for (let at = from; at <= words.length - from; at++) {
    const before = words[at - 1] ?? '';
    const word = (words[at] ?? '').toLowerCase();
    const mark = /[;:]$|^-$/.test(before) ? 3 : before.endsWith(',') ? 2 : JOINTS.has(word) ? 1.5 : 0;
    const score = mark - Math.abs(at - middle) / middle;
    if (score > bestScore) {
      bestScore = score;
      best = at;
    }
  }
  return best;
}
