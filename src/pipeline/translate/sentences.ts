/** Abbreviations after which a sentence goes on, as English subtitles have them. */
const GOES_ON =
  /(?:^|[\s(])(?:mr|mrs|ms|dr|st|jr|sr|prof|capt|col|gen|lt|sgt|rev|hon|vs|no|vol|fig|approx|e\.g|i\.e|[a-z])\.$/i;
/** More words than this are translated in parts: the starter model was taught sentences of up to 40 words. */
const MOST_WORDS = 40;
/** Words before which an unpunctuated sentence is best cut. */
const JOINTS = new Set(
  'and but or so because although though while when where which who whose that if then since until unless'.split(
    ' ',
  ),
);

/**
 * The sentences of a line, each short enough for a model. Joined with spaces they are the line again.
 * @param language BCP-47
 */
export function sentencesOf(text: string, language: string): string[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const part = segment.trim();
    const last = sentences.at(-1);
    if (part === '') continue;
    if (last !== undefined && (GOES_ON.test(last) || !/\p{L}|\p{N}/u.test(part) || /^\p{Ll}/u.test(part))) {
      sentences[sentences.length - 1] = `${last} ${part}`;
    } else {
      sentences.push(part);
    }
  }
  return sentences.flatMap((sentence) => shortParts(sentence.split(/\s+/)).map((words) => words.join(' ')));
}

/** Cuts in two at the best place until every part is short enough. */
function shortParts(words: readonly string[]): (readonly string[])[] {
  if (words.length <= MOST_WORDS) return [words];
  const at = bestCut(words);
  return [...shortParts(words.slice(0, at)), ...shortParts(words.slice(at))];
}

/** The cut in the middle half that parts clauses best: at a semicolon, a comma, before a conjunction. */
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
