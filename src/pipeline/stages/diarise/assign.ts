import type { Line, SpeakerTurn, Word } from '../../media-types.ts';

/**
 * A single word given to another speaker in the middle of somebody's own is an error if shorter than this, in seconds.
 */
const SLIP = 0.35;
/** Words outside every turn go to the nearest one within this, in seconds. */
const NEAR = 1;

/**
 * Gives each line its speaker. A line in which the speaker changes is divided there, between two words; lines without
 * words get the speaker who talks most during them. Ids are renumbered, in order of start.
 */
export function assignSpeakers(lines: readonly Line[], turns: readonly SpeakerTurn[]): Line[] {
  return lines
    .flatMap((line) => divided(line, turns))
    .toSorted((a, b) => a.start - b.start)
    .map((line, index) => ({ ...line, id: `s${String(index + 1).padStart(4, '0')}` }));
}

function divided(line: Line, turns: readonly SpeakerTurn[]): Line[] {
  const whole = speakerDuring(line, turns, undefined) ?? line.speaker;
  const { words } = line;
  if (words === undefined || words.length < 2) return [{ ...line, speaker: whole }];
  const runs = withoutSlips(runsOf(words, turns, whole));
  if (runs.length === 1) return [{ ...line, speaker: runs[0]?.speaker ?? whole }];
  const texts = textsOf(
    line.text,
    runs.map((run) => run.words),
  );
  return runs.map((run, index) => ({
    ...line,
    speaker: run.speaker,
    start: index === 0 ? line.start : (run.words[0]?.start ?? line.start),
    end: index === runs.length - 1 ? line.end : (run.words.at(-1)?.end ?? line.end),
    text: texts[index] ?? '',
    words: run.words,
  }));
}

interface WordRun {
  readonly speaker: string;
  readonly words: readonly Word[];
}

function runsOf(words: readonly Word[], turns: readonly SpeakerTurn[], usual: string): WordRun[] {
  const runs: { speaker: string; words: Word[] }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    const speaker = speakerDuring(word, turns, last?.speaker) ?? last?.speaker ?? usual;
    if (last?.speaker === speaker) last.words.push(word);
    else runs.push({ speaker, words: [word] });
  }
  return runs;
}

/** A single short word between two of one speaker's words is theirs too. */
function withoutSlips(runs: readonly WordRun[]): WordRun[] {
  const kept: WordRun[] = [];
  runs.forEach((run, index) => {
    const last = kept.at(-1);
    const [word] = run.words;
    const isSlip = run.words.length === 1 && word !== undefined && word.end - word.start < SLIP;
    const speaker = isSlip && last?.speaker === runs[index + 1]?.speaker ? last?.speaker : run.speaker;
    if (last !== undefined && last.speaker === speaker) {
      kept[kept.length - 1] = { ...last, words: [...last.words, ...run.words] };
    } else kept.push(run);
  });
  return kept;
}

/** Who talks most in a stretch of time; on a tie, the one who talked before. */
function speakerDuring(
  { start, end }: { start: number; end: number },
  turns: readonly SpeakerTurn[],
  before: string | undefined,
): string | undefined {
  const seconds = new Map<string, number>();
  for (const turn of turns) {
    const shared = Math.min(end, turn.end) - Math.max(start, turn.start);
    if (shared > 0) seconds.set(turn.speaker, (seconds.get(turn.speaker) ?? 0) + shared);
  }
  if (seconds.size === 0) return nearest((start + end) / 2, turns);
  const most = Math.max(...seconds.values());
  if (before !== undefined && (seconds.get(before) ?? 0) >= most - 1e-3) return before;
  return [...seconds].find(([, shared]) => shared === most)?.[0];
}

function nearest(at: number, turns: readonly SpeakerTurn[]): string | undefined {
  const apart = ({ start, end }: SpeakerTurn): number => Math.max(start - at, at - end, 0);
  const close = turns.filter((turn) => apart(turn) <= NEAR);
  return close.toSorted((a, b) => apart(a) - apart(b))[0]?.speaker;
}

/** A line's text divided between its words; each part begins and ends like a sentence. */
function textsOf(text: string, parts: readonly (readonly Word[])[]): string[] {
  const lower = text.toLowerCase();
  const starts: number[] = [];
  let at = 0;
  for (const part of parts) {
    let first: number | undefined;
    for (const word of part) {
      const found = lower.indexOf(word.text.trim().toLowerCase(), at);
      if (found < 0) return parts.map((words) => asSentence(words.map((each) => each.text.trim()).join(' ')));
      first ??= found;
      at = found + word.text.trim().length;
    }
    starts.push(first ?? at);
  }
  return starts.map((start, index) => asSentence(text.slice(index === 0 ? 0 : start, starts[index + 1])));
}

function asSentence(text: string): string {
  const body = text.trim().replace(/[,;:–—-]+$/u, '');
  const ended = /[.!?…。？！]["'”’»]?$/u.test(body) ? body : `${body}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}
