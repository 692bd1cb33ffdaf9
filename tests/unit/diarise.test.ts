import type { Line, SpeakerTurn, Word } from '@octavia/pipeline';
import { FBANK_BINS, fbank } from '@octavia/pipeline/audio/fbank';
import { assignSpeakers } from '@octavia/pipeline/stages/diarise/assign';
import { clusterVoices, MOST_SPEAKERS } from '@octavia/pipeline/stages/diarise/cluster';
import { turnsOf, type LabelledWindow } from '@octavia/pipeline/stages/diarise/turns';
import { describe, expect, it } from 'vitest';
import { random } from '../support/sound/signals.ts';

/** A sound that needs no file: two drifting tones and a little noise from a fixed generator. */
function probe(): Float32Array {
  let state = 12_345;
  return Float32Array.from({ length: 4000 }, (_, n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const hiss = state / 2_147_483_648 - 0.5;
    return 0.3 * Math.sin(n / 9) + 0.1 * Math.sin(n / 2.3 + n * n * 1e-5) + 0.02 * hiss;
  });
}

describe('fbank', () => {
  it('has one row per 10 ms that lies wholly within the sound', () => {
    expect(fbank(probe())).toHaveLength((1 + Math.floor((4000 - 400) / 160)) * FBANK_BINS);
    expect(fbank(new Float32Array(399))).toHaveLength(0);
  });

  it('gives silence the least energy there is, and finds a tone in its band', () => {
    const silent = fbank(new Float32Array(400));
    expect(new Set(silent)).toEqual(new Set([Math.fround(Math.log(1.1920929e-7))]));
    const tone = fbank(
      Float32Array.from({ length: 400 }, (_, n) => Math.sin((2 * Math.PI * 1000 * n) / 16_000)),
    );
    const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
    const step = (mel(8000) - mel(20)) / 81;
    expect(tone.indexOf(Math.max(...tone))).toBe(Math.round((mel(1000) - mel(20)) / step) - 1);
  });

  // As computed by @huggingface/transformers 4.3.1 (spectrogram with WeSpeaker's settings) for the same sound.
  it('agrees with an independent implementation', () => {
    const rows = fbank(probe());
    REFERENCE.forEach(([frame, bin, value]) => {
      expect(rows[frame * FBANK_BINS + bin]).toBeCloseTo(value, 3);
    });
  });
});

/** Frame, bin, log energy. */
const REFERENCE = [
  [0, 0, 11.0181],
  [0, 11, 20.2798],
  [3, 40, 14.8945],
  [7, 79, 18.9452],
  [12, 5, 12.6047],
  [22, 33, 23.2296],
  [22, 60, 16.8448],
] as const;

/** Unit vectors around `count` random centres in 256 dimensions, `spread` apart from them. */
function voices(count: number, each: number, spread: number, seed: number) {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
  const vector = () => Float32Array.from({ length: 256 }, normal);
  const centres = Array.from({ length: count }, vector);
  const order = Array.from({ length: count * each }, (_, i) => i % count);
  const vectors = order.map((voice) => vector().map((x, i) => (centres[voice]?.[i] ?? 0) + spread * x));
  return { order, vectors };
}

/** Whether two labellings are the same but for their names. */
function samePartition(a: readonly number[], b: readonly number[]): boolean {
  return a.every((_, i) => a.every((__, j) => (a[i] === a[j]) === (b[i] === b[j])));
}

describe('clusterVoices', () => {
  it.each([1, 2, 3, 5, 9])(
    'finds %i voices, whatever the order and the length of the vectors',
    async (count) => {
      const { order, vectors } = voices(count, 12, 0.5, count);
      vectors.forEach((vector, i) =>
        vectors.splice(
          i,
          1,
          vector.map((x) => x * (1 + i)),
        ),
      );
      expect(samePartition(await clusterVoices(vectors), order)).toBe(true);
    },
  );

  it('never finds more than nine', async () => {
    const labels = await clusterVoices(voices(14, 10, 0.4, 3).vectors);
    expect(new Set(labels).size).toBe(MOST_SPEAKERS);
  });

  it('lets a stray vector join the nearest voice', async () => {
    const { order, vectors } = voices(2, 15, 0.5, 8);
    const [stray] = voices(1, 1, 1, 99).vectors;
    const labels = await clusterVoices([...vectors, stray ?? new Float32Array(256)]);
    expect(samePartition(labels.slice(0, -1), order)).toBe(true);
    expect(new Set(labels).size).toBe(2);
  });

  it('takes nothing, one, and equal vectors', async () => {
    expect(await clusterVoices([])).toEqual([]);
    expect(await clusterVoices([Float32Array.of(1, 2)])).toEqual([0]);
    expect(new Set(await clusterVoices(Array.from({ length: 30 }, () => Float32Array.of(3, 4))))).toEqual(
      new Set([0]),
    );
  });
});

/** A window of 10 s with frames of 0.1 s. @param talks [local speaker, from, to] in seconds of the file */
function window(
  start: number,
  labels: LabelledWindow['labels'],
  talks: readonly (readonly [number, number, number])[],
): LabelledWindow {
  const active = Array.from({ length: 3 }, (_, speaker) =>
    Uint8Array.from({ length: 100 }, (__, frame) => {
      const at = start + (frame + 0.5) / 10;
      return talks.some(([who, from, to]) => who === speaker && at > from && at < to) ? 1 : 0;
    }),
  );
  return { start, active, frameSeconds: 0.1, labels };
}

describe('turnsOf, from windows to speakers', () => {
  it('names speakers by first appearance, whatever the windows call them', () => {
    const windows = [
      window(
        0,
        [7, 4, undefined],
        [
          [0, 1, 4],
          [1, 5, 9],
        ],
      ),
      window(
        5,
        [4, 7, undefined],
        [
          [0, 5, 9],
          [1, 11, 14],
        ],
      ),
    ];
    const turns = turnsOf(windows, 15);
    expect(turns.map(({ speaker }) => speaker)).toEqual(['speaker-1', 'speaker-2', 'speaker-1']);
    const wanted = [1, 4, 5, 9, 11, 14];
    turns
      .flatMap(({ start, end }) => [start, end])
      .forEach((time, i) => {
        expect(Math.abs(time - (wanted[i] ?? 0))).toBeLessThan(0.1);
      });
  });

  it('hears two at once where two talk at once', () => {
    const turns = turnsOf(
      [
        window(
          0,
          [0, 1, undefined],
          [
            [0, 1, 6],
            [1, 4, 9],
          ],
        ),
      ],
      10,
    );
    expect(turns).toHaveLength(2);
    expect(turns[0]?.end).toBeGreaterThan(5.8);
    expect(turns[1]?.start).toBeLessThan(4.2);
  });
});

describe('turnsOf, from moments to turns', () => {
  it('believes the window that hears a moment in its middle', () => {
    // The first says that the talk ends at 5.5 s, the second (for which that is the edge) hears it go on to 6.
    const turns = turnsOf([window(0, [0], [[0, 1, 5.5]]), window(5, [0], [[0, 5, 6]])], 15);
    expect(turns[0]?.end).toBeCloseTo(5.5, 1);
  });

  it('bridges breaths and drops blips', () => {
    const talks = [
      [0, 1, 2],
      [0, 2.2, 3],
      [1, 5, 5.1],
    ] as const;
    const turns = turnsOf([window(0, [0, 1], talks)], 10);
    expect(turns.filter(({ speaker }) => speaker === 'speaker-1')).toHaveLength(1);
  });
});

const word = (text: string, start: number, end: number): Word => ({
  text,
  start,
  end,
  confidence: undefined,
});

function line(text: string, start: number, end: number, words?: readonly Word[]): Line {
  const base = { id: 's0001', speaker: 'speaker-1', start, end, text, confidence: undefined };
  return words === undefined ? base : { ...base, words };
}

const turn = (speaker: string, start: number, end: number): SpeakerTurn => ({ speaker, start, end });

describe('assignSpeakers', () => {
  const words = ['are', 'you', 'coming', 'yes', 'in', 'a', 'minute'].map((text, i) =>
    word(text, 1 + i * 0.5, 1.4 + i * 0.5),
  );

  it('divides a line where the speaker changes, between two words', () => {
    const turns = [turn('speaker-1', 0.9, 2.45), turn('speaker-2', 2.45, 5)];
    const [first, second, ...more] = assignSpeakers(
      [line('Are you coming, yes in a minute.', 0.95, 4.6, words)],
      turns,
    );
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      id: 's0001',
      speaker: 'speaker-1',
      start: 0.95,
      end: 2.4,
      text: 'Are you coming.',
    });
    expect(second).toMatchObject({
      id: 's0002',
      speaker: 'speaker-2',
      start: 2.5,
      end: 4.6,
      text: 'Yes in a minute.',
    });
    expect(second?.words?.map(({ text }) => text)).toEqual(['yes', 'in', 'a', 'minute']);
  });

  it('keeps the marks that a recogniser wrote', () => {
    const spoken = ['Are', 'you', 'coming?', 'Yes,', 'in', 'a', 'minute!'].map((text, i) => ({
      ...words[i]!,
      text,
    }));
    const turns = [turn('speaker-1', 0.9, 2.45), turn('speaker-2', 2.45, 5)];
    const found = assignSpeakers([line('Are you coming? Yes, in a minute!', 0.95, 4.6, spoken)], turns);
    expect(found.map(({ text }) => text)).toEqual(['Are you coming?', 'Yes, in a minute!']);
  });

  it('does not divide for one slip of a word, nor where two talk at once', () => {
    const blip = [turn('speaker-1', 0.9, 5), turn('speaker-2', 2.5, 2.88)];
    expect(assignSpeakers([line('', 0.9, 4.6, words)], blip)).toHaveLength(1);
    const slip = [turn('speaker-1', 0.9, 2.4), turn('speaker-2', 2.48, 2.72), turn('speaker-1', 3, 5)];
    const quick = words.map((each) => ({ ...each, end: each.start + 0.3 }));
    expect(assignSpeakers([line('x', 0.9, 4.6, quick)], slip)).toHaveLength(1);
  });

  it('gives lines without words to whoever talks most during them, or nearest to them', () => {
    const turns = [turn('speaker-1', 0, 2), turn('speaker-2', 2, 6)];
    const found = assignSpeakers([line('a', 1, 5), line('b', 6.2, 7), line('c', 20, 21)], turns);
    expect(found.map(({ id, speaker }) => [id, speaker])).toEqual([
      ['s0001', 'speaker-2'],
      ['s0002', 'speaker-2'],
      ['s0003', 'speaker-1'],
    ]);
  });
});
