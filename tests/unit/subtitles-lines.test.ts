import { linesFromCues } from '@octavia/pipeline/subtitles/lines';
import { describe, expect, it } from 'vitest';

const cue = (start: number, end: number, text = 'Words here.', speaker?: string) => ({
  start,
  end,
  text,
  speaker,
});
const span = (start: number, end: number) => ({ start, end });
const times = (result: ReturnType<typeof linesFromCues>) =>
  result.lines.map(({ start, end }) => [start, end]);

describe('linesFromCues', () => {
  it('numbers lines and moves their edges to the speech', () => {
    const result = linesFromCues([cue(1, 3), cue(4, 6)], [span(1.2, 2.8), span(3.8, 5), span(5.3, 6.3)], 10);
    expect(result.lines.map((line) => line.id)).toEqual(['s0001', 's0002']);
    expect(times(result)).toEqual([
      [1.2, 2.8],
      [3.8, 6.3],
    ]);
    expect(result.notesById.get('s0002')).toEqual(['subtitles.snapped']);
    expect(result.warnings).toEqual([]);
  });

  it('a cue that appears early starts with its speech', () => {
    expect(times(linesFromCues([cue(1, 6)], [span(3, 5.9)], 10))).toEqual([[3, 5.9]]);
  });

  it('keeps its own start within speech under way, and its end within speech that goes on', () => {
    expect(times(linesFromCues([cue(4, 5), cue(5, 6)], [span(2, 9)], 10))).toEqual([
      [4, 5],
      [5, 6],
    ]);
  });

  it('ignores the tail of the line before, and lines without speech keep their times', () => {
    expect(
      times(linesFromCues([cue(1, 2), cue(2, 4), cue(7, 8)], [span(1, 2.1), span(2.6, 3.9)], 10)),
    ).toEqual([
      [1, 2],
      [2.6, 3.9],
      [7, 8],
    ]);
  });
});

describe('linesFromCues, out of bounds', () => {
  it('cuts and drops what lies past the end, and says so', () => {
    const result = linesFromCues([cue(1, 2), cue(8, 12), cue(20, 21)], [], 10);
    expect(times(result)).toEqual([
      [1, 2],
      [8, 10],
    ]);
    expect(result.notesById.get('s0002')).toEqual(['subtitles.clipped']);
    expect(result.warnings.map((warning) => warning.code)).toEqual(['subtitles.past_end']);
    expect(() => linesFromCues([cue(20, 21)], [], 10)).toThrow(
      expect.objectContaining({ code: 'subtitles.no_overlap' }),
    );
  });

  it('parts overlapping cues of one speaker, not those of two', () => {
    expect(times(linesFromCues([cue(1, 4), cue(3, 5)], [], 10))).toEqual([
      [1, 3],
      [3, 5],
    ]);
    expect(times(linesFromCues([cue(1, 5, 'aaa'), cue(1, 5, 'aaa')], [], 10))).toEqual([
      [1, 3],
      [3, 5],
    ]);
    expect(times(linesFromCues([cue(1, 4, 'Hi', 'Ann'), cue(3, 5, 'Ho', 'Bob')], [], 10))).toEqual([
      [1, 4],
      [3, 5],
    ]);
  });

  it('on random cues and speech: within the file, in order, of positive length, never overlapping', () => {
    let seed = 7;
    const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    for (let run = 0; run < 500; run++) {
      const some = (many: number, make: (start: number, end: number) => { start: number; end: number }) =>
        Array.from({ length: many }, () => {
          const start = next() * 30;
          return make(start, start + 0.05 + next() * 5);
        }).sort((a, b) => a.start - b.start);
      const cues = some(12, (start, end) => cue(start, end)).map((each) => ({ ...cue(0, 0), ...each }));
      const spans = some(9, span);
      const fileSeconds = 25;
      const { lines, notesById } = linesFromCues(cues, spans, fileSeconds);
      lines.forEach((line, index) => {
        expect(line.start).toBeGreaterThanOrEqual(lines[index - 1]?.end ?? 0);
        expect(line.end).toBeGreaterThan(line.start);
        expect(line.end).toBeLessThanOrEqual(fileSeconds);
        expect(notesById.has(line.id)).toBe(true);
      });
    }
  });
});
