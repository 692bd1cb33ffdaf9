import { OctaviaError } from '../errors.ts';
import type { Cue, Line, NoteCode, SpeechSpan } from '../media-types.ts';
import type { Warning } from '../report.ts';

/**
 * Subtitles appear and vanish within half a second of the speech in most files; anything farther away belongs to
 * another line.
 */
const REACH = 0.5;
/** No line is made shorter than this by snapping or by its neighbour, in seconds. */
const SHORTEST = 0.3;
/** Speech that ends this soon after a cue starts is the tail of the line before, in seconds. */
const TAIL = 0.15;
/** A move smaller than this is not worth a note, in seconds. */
const NOTEWORTHY = 0.25;
/** The speaker of cues without a voice tag or label. */
const UNNAMED = 'speaker-1';

export interface CueLines {
  readonly lines: readonly Line[];
  readonly warnings: readonly Warning[];
  readonly notesById: ReadonlyMap<string, readonly NoteCode[]>;
}

interface Draft {
  readonly cue: Cue;
  start: number;
  end: number;
  readonly notes: Set<NoteCode>;
}

/**
 * The lines to dub, from the user's own subtitles. Start and end move to where the detected speech begins and ends; a
 * cue without detected speech keeps its own times. Cues past the end of the file are cut or dropped, and overlapping
 * ones of the same speaker are separated.
 *
 * Errors: `subtitles.no_overlap` when no cue lies within the file.
 * @param cues in order of start (as from readSubtitles)
 * @param fileSeconds length of the file
 */
export function linesFromCues(
  cues: readonly Cue[],
  spans: readonly SpeechSpan[],
  fileSeconds: number,
): CueLines {
  const inside = cues.filter((cue) => cue.start < fileSeconds - 0.05 && cue.text.trim() !== '');
  if (inside.length === 0) throw new OctaviaError('subtitles.no_overlap');
  const drafts = inside.map((cue) => clip(cue, fileSeconds));
  const ordered = spans
    .map((span) => ({ start: span.start, end: Math.min(span.end, fileSeconds) }))
    .sort((a, b) => a.start - b.start);
  drafts.forEach((draft, index) => {
    snap(draft, ordered, drafts[index - 1], inside[index + 1]);
  });
  drafts.sort((a, b) => a.start - b.start || a.end - b.end);
  partOverlaps(drafts, fileSeconds);
  const lines = drafts.map(toLine);
  return {
    lines,
    warnings: pastEnd(cues.length - inside.length, drafts),
    notesById: new Map(lines.map((line, index) => [line.id, [...(drafts[index]?.notes ?? [])]])),
  };
}

function clip(cue: Cue, fileSeconds: number): Draft {
  const notes = new Set<NoteCode>(cue.end > fileSeconds + NOTEWORTHY ? ['subtitles.clipped'] : []);
  return { cue, start: Math.max(0, cue.start), end: Math.min(cue.end, fileSeconds), notes };
}

/** Moves a line's start to the first speech within its window and its end to the last. */
function snap(
  draft: Draft,
  spans: readonly SpeechSpan[],
  previous: Draft | undefined,
  next: Cue | undefined,
): void {
  const { start, end } = draft;
  const earliest = Math.max(
    start - REACH,
    previous !== undefined && sameTurn(previous, draft) ? previous.end - 0.1 : 0,
  );
  const near = spans.filter(
    (span) => span.end > start + TAIL && span.start < end + REACH && span.end > span.start,
  );
  const first = near[0];
  if (first === undefined || first.start >= end) return;
  if (first.start >= earliest) draft.start = first.start;

  const latest = Math.max(end, Math.min(end + REACH, next?.start ?? Infinity));
  const last = near.filter((span) => span.start < end).at(-1);
  if (last !== undefined && last.end <= latest) draft.end = last.end;
  if (draft.end - draft.start < Math.min(SHORTEST, end - start)) {
    draft.start = start;
    draft.end = end;
  }
  const moved = Math.max(Math.abs(draft.start - start), Math.abs(draft.end - end));
  if (moved > NOTEWORTHY) draft.notes.add('subtitles.snapped');
}

/** Whether two drafts must not sound at once. */
function sameTurn(a: Draft, b: Draft): boolean {
  return (a.cue.speaker ?? UNNAMED) === (b.cue.speaker ?? UNNAMED);
}

/**
 * Separates overlapping lines of one speaker: the earlier ends where the later begins, if that leaves both enough room.
 */
function partOverlaps(drafts: readonly Draft[], fileSeconds: number): void {
  const lastOf = new Map<string, Draft>();
  for (const draft of drafts) {
    const speaker = draft.cue.speaker ?? UNNAMED;
    const before = lastOf.get(speaker);
    if (before !== undefined && draft.start < before.end - 1e-6) part(before, draft, fileSeconds);
    lastOf.set(speaker, draft);
  }
}

function part(before: Draft, after: Draft, fileSeconds: number): void {
  if (before.end - after.start > NOTEWORTHY) {
    before.notes.add('subtitles.overlap');
    after.notes.add('subtitles.overlap');
  }
  if (after.start - before.start >= SHORTEST) {
    before.end = after.start;
    return;
  }
  // Both begin at the same time: they share it by the length of their texts.
  const end = Math.min(fileSeconds, Math.max(before.end, after.end, before.start + 2 * SHORTEST));
  const [a, b] = [before.cue.text.length, after.cue.text.length];
  const middle = before.start + ((end - before.start) * a) / (a + b);
  before.end = middle;
  after.start = middle;
  after.end = Math.max(end, middle);
}

function toLine(draft: Draft, index: number): Line {
  return {
    id: `s${String(index + 1).padStart(4, '0')}`,
    speaker: draft.cue.speaker ?? UNNAMED,
    start: draft.start,
    end: draft.end,
    text: draft.cue.text,
    confidence: undefined,
  };
}

function pastEnd(dropped: number, drafts: readonly Draft[]): Warning[] {
  const clipped = drafts.filter((draft) => draft.notes.has('subtitles.clipped')).length;
  if (dropped === 0 && clipped === 0) return [];
  const message = `Subtitles run past the end of the file: ${dropped} left out, ${clipped} cut.`;
  return [{ code: 'subtitles.past_end', message }];
}
