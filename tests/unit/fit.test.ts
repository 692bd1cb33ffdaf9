import type { Line, TranslatedLine } from '@octavia/pipeline';
import { speechBounds } from '@octavia/pipeline/audio/onset';
import { spokenUnits } from '@octavia/pipeline/language/spoken-length';
import { slotsOf } from '@octavia/pipeline/stages/fit/slots';
import { synthesiseAndFit, type SpeakJob, type SpeakWith } from '@octavia/pipeline/stages/fit/speak-lines';
import { describe, expect, it } from 'vitest';
import { burst, mixInto, random, silence } from '../support/sound/signals.ts';
import {
  fakeStretcher,
  fakeSynthesiser,
  memoryCache,
  MODEL,
  naturalSeconds,
  VOICES,
} from '../support/models/fit-engines.ts';
import { withSound } from '../support/sound/in-memory.ts';

const never = new AbortController().signal;
const [MALE = VOICES[0]!, FEMALE = VOICES[0]!] = VOICES;

function line(id: string, start: number, end: number, speaker = 'a'): Line {
  return { id, speaker, start, end, text: 'source', confidence: undefined };
}

function job(
  lines: readonly Line[],
  candidates: readonly (readonly string[])[],
  fileSeconds: number,
): SpeakJob {
  const translations: TranslatedLine[] = lines.map(({ id }, i) => ({
    id,
    candidates: candidates[i] ?? [],
    notes: [],
  }));
  const voices = [
    { speaker: 'a', voice: MALE, medianF0: 110, f0Range: 1 },
    { speaker: 'b', voice: FEMALE, medianF0: 200, f0Range: 1 },
  ];
  return { lines, translations, voices, fileSeconds };
}

function engines(cache = memoryCache()) {
  const finished = memoryCache();
  return { synthesiser: fakeSynthesiser(), model: MODEL, stretcher: fakeStretcher(), cache, finished };
}

/** Where the speech of a fitted line is heard. */
function heard(fitted: Pick<Spoken, 'start' | 'pcm'>): { start: number; end: number } {
  const bounds = speechBounds(fitted.pcm.channels[0] ?? new Float32Array(0), fitted.pcm.sampleRate);
  return { start: fitted.start + (bounds?.start ?? 0), end: fitted.start + (bounds?.end ?? 0) };
}

type Spoken = Awaited<ReturnType<typeof fit>>[number];

/** The lines with their sound. */
async function fit(request: SpeakJob, tools: SpeakWith) {
  return withSound(await synthesiseAndFit(request, tools, never));
}

const letters = (count: number): string => 'x'.repeat(count);
/** A text of about so many seconds at normal pace. */
function textOf(seconds: number): string {
  let count = 2;
  while (naturalSeconds(letters(count)) < seconds) count++;
  return letters(count);
}

async function fitOne(candidates: readonly string[], start: number, end: number, next: number) {
  const lines = [line('s1', start, end), line('s2', next, next + 1)];
  const result = await fit(job(lines, [candidates, [textOf(0.8)]], next + 3), engines());
  const [first, second] = result;
  if (!first || !second) throw new Error('a line is missing');
  return { first, second, heard: heard(first), heardNext: heard(second) };
}

describe('synthesiseAndFit, one line', () => {
  it('fills the source line when the length suits', async () => {
    const { first, heard } = await fitOne([textOf(2)], 1, 3, 4);
    expect(Math.abs(heard.start - 1)).toBeLessThan(0.003);
    expect(Math.abs(heard.end - 3)).toBeLessThan(0.05);
    expect(first.notes).toEqual([]);
  });

  it('slows a short line to 0.85 and no further', async () => {
    const { first, heard } = await fitOne([textOf(1)], 1, 4, 6);
    expect(first.tempo).toBeCloseTo(0.85, 2);
    expect(heard.end - heard.start).toBeGreaterThan(1.1);
    expect(heard.end).toBeLessThan(2.4);
  });

  it('borrows the pause before it goes faster than 1.1', async () => {
    const { first, heard } = await fitOne([textOf(2.6)], 1, 3, 4);
    expect(first.tempo).toBeLessThanOrEqual(1.11);
    expect(heard.end).toBeGreaterThan(3.1);
    expect(first.notes).toEqual([]);
  });

  it('goes faster up to 1.25 before it takes a shorter candidate', async () => {
    const { first, heard } = await fitOne([textOf(2.3), textOf(1)], 1, 3, 3.05);
    expect(first.tempo).toBeGreaterThan(1.1);
    expect(first.tempo).toBeLessThanOrEqual(1.26);
    expect(first.text).toBe(textOf(2.3));
    expect(heard.end).toBeLessThan(3.03);
  });

  it('takes a shorter candidate when the first does not fit', async () => {
    const { first } = await fitOne([textOf(4), textOf(3.6), textOf(2), textOf(1)], 1, 3, 3.1);
    expect(first.text).toBe(textOf(2));
    expect(first.notes).toEqual(['fit.shortened']);
  });

  it('goes beyond 1.25 with a note when nothing shorter is there', async () => {
    const { first, heard, heardNext } = await fitOne([textOf(2.8)], 1, 3, 3.1);
    expect(first.notes).toEqual(['fit.fast']);
    expect(first.tempo).toBeGreaterThan(1.26);
    expect(first.tempo).toBeLessThanOrEqual(1.61);
    expect(heard.end).toBeLessThan(3.1);
    expect(Math.abs(heardNext.start - 3.1)).toBeLessThan(0.003);
  });
});

describe('synthesiseAndFit, several lines', () => {
  it('delays the next line by no more than needed when even 1.6 is too slow, and cuts no word', async () => {
    const { first, second, heard, heardNext } = await fitOne([textOf(6)], 1, 3, 3.1);
    expect(first.notes).toEqual(['fit.fast', 'fit.overrun']);
    expect(second.notes).toContain('fit.delayed');
    expect((heard.end - heard.start) * first.tempo).toBeGreaterThan(0.93 * naturalSeconds(textOf(6)));
    expect(heardNext.start - heard.end).toBeGreaterThan(0.02);
    expect(heardNext.start - heard.end).toBeLessThan(0.05);
  });

  it('moves the last line forward rather than cut it at the end of the file', async () => {
    const lines = [line('s1', 3, 3.6)];
    const [only] = await fit(job(lines, [[textOf(2)]], 4), engines());
    if (!only) throw new Error('no line');
    const { start, end } = heard(only);
    expect(end).toBeLessThanOrEqual(4.001);
    expect((end - start) * only.tempo).toBeGreaterThan(1.85);
    expect(only.notes).toEqual(['fit.fast', 'fit.overrun']);
  });

  it('lets a line without anything to say be silent, with a note', async () => {
    const { first, second } = await fitOne(['…'], 1, 3, 3.1);
    expect(first.notes).toEqual(['synthesise.silent']);
    expect(first.pcm.channels[0]).toHaveLength(0);
    expect(second.notes).toEqual([]);
  });
});

describe('synthesiseAndFit, voices and stopping', () => {
  it('takes cached lines, and gives the same with and without them', async () => {
    const lines = [line('s1', 0, 2), line('s2', 2.2, 4), line('s3', 4.1, 5, 'b')];
    const request = job(lines, [[textOf(3)], [textOf(1)], [textOf(1.4)]], 6);
    const cache = memoryCache();
    const fresh = await fit(request, engines(cache));
    const second = engines(cache);
    expect(await fit(request, second)).toEqual(fresh);
    expect(second.synthesiser.requests).toHaveLength(0);
    const [key = ''] = cache.kept.keys();
    cache.kept.set(key, new Uint8Array(5));
    expect(await fit(request, engines(cache))).toEqual(fresh);
  });

  it('learns a voice’s pace from what it has said', async () => {
    const lines = Array.from({ length: 6 }, (_, i) => line(`s${i}`, 4 * i, 4 * i + 3));
    const slow = job(
      lines,
      lines.map(() => ['uno dos tres cuatro cinco seis siete ocho nueve diez']),
      30,
    );
    const tools = engines();
    await fit(slow, tools);
    // The first line may have to be spoken twice; once the voice is known, prediction hits.
    expect(tools.synthesiser.requests.length).toBeLessThanOrEqual(3);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const lines = Array.from({ length: 5 }, (_, i) => line(`s${i}`, 3 * i, 3 * i + 2));
    const request = job(
      lines,
      lines.map((_, i) => [textOf(1 + i / 10)]),
      16,
    );
    const done: string[] = [];
    const run = synthesiseAndFit(request, engines(), controller.signal, ({ id }) => {
      done.push(id);
      if (done.length === 2) controller.abort();
    });
    await expect(run).rejects.toMatchObject({ code: 'job.cancelled' });
    expect(done).toHaveLength(2);
  });
});

describe('synthesiseAndFit on random timings', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps its promises (seed %i)', async (seed) => {
    const next = random(seed);
    const lines: Line[] = [];
    const texts: string[][] = [];
    const free = { a: 0, b: 0.5 };
    for (let i = 0; i < 16; i++) {
      const speaker = next() < 0.6 ? 'a' : 'b';
      const start = free[speaker] + next() ** 3;
      const end = start + 0.3 + 2.5 * next();
      free[speaker] = end;
      lines.push(line(`s${i}`, start, end, speaker));
      texts.push([textOf((end - start) * (0.5 + 1.2 * next())), textOf((end - start) * 0.8)]);
    }
    const fileSeconds = Math.max(free.a, free.b) + 0.1;
    const request = job(lines, texts, fileSeconds);
    const tools = engines();
    const fitted = await fit(request, tools);
    const slots = slotsOf(lines, fileSeconds);
    expect(new Set(fitted.map(({ id }) => id)).size).toBe(lines.length);
    for (const speaker of ['a', 'b']) {
      let spokenUntil = -1;
      let soundUntil = -1;
      for (const speech of fitted) {
        const source = lines.find(({ id }) => id === speech.id);
        if (source?.speaker !== speaker) continue;
        const { start, end } = heard(speech);
        const length = speech.pcm.channels[0]?.length ?? 0;
        const limit = slots.get(speech.id)?.limit ?? 0;
        // Nothing of the same speaker overlaps, not even a fading tail.
        expect(start).toBeGreaterThan(spokenUntil);
        expect(speech.start).toBeGreaterThan(soundUntil - 0.001);
        spokenUntil = end;
        soundUntil = speech.start + length / speech.pcm.sampleRate;
        // Begins with the source, or says that it does not.
        const moved = speech.notes.includes('fit.delayed') || speech.notes.includes('fit.overrun');
        if (!moved) expect(Math.abs(start - source.start)).toBeLessThan(0.005);
        // Ends before the next line, or says that it does not; never after the file.
        if (!speech.notes.includes('fit.overrun')) expect(end).toBeLessThan(limit + 0.01);
        expect(soundUntil).toBeLessThanOrEqual(fileSeconds + 0.001);
        // No word is cut: all of it is there, at a tempo within bounds or noted.
        expect((end - start) * speech.tempo).toBeGreaterThan(0.93 * naturalSeconds(speech.text) - 0.02);
        expect(speech.tempo).toBeGreaterThanOrEqual(0.849);
        expect(speech.tempo).toBeLessThanOrEqual(speech.notes.includes('fit.fast') ? 1.61 : 1.261);
      }
    }
    for (const tempo of tools.stretcher.tempos) expect(tempo).toBeGreaterThanOrEqual(0.85);
    for (const tempo of tools.stretcher.tempos) expect(tempo).toBeLessThanOrEqual(1.25);
  });
});

describe('an engine that is slow', () => {
  const WORDS = 'casa mañana nosotros dinero tiempo porque siempre hermano ciudad pregunta'.split(' ');

  /** Its lines take 0.081 s a letter, 6 % more or less from line to line. */
  function slowSynthesiser(seed: number): ReturnType<typeof fakeSynthesiser> {
    const quick = fakeSynthesiser();
    const next = random(seed);
    const lively = new Map<string, number>();
    return {
      ...quick,
      slow: true,
      speak(request) {
        quick.requests.push(request);
        const own = lively.get(request.text) ?? 1 + 0.06 * (next() + next() + next() - 1.5) * 2;
        lively.set(request.text, own);
        const seconds = (0.081 * spokenUnits(request.text) * own) / request.pace;
        const samples = silence(seconds + 0.9, 8000);
        mixInto(samples, burst(seconds, 8000, { f0: 110 }), 0.35, 8000);
        return Promise.resolve({ sampleRate: 8000, channels: [samples] });
      },
    };
  }

  it.each([1, 2, 3])('speaks at most one line in ten twice (seed %i)', async (seed) => {
    const next = random(seed);
    const texts = Array.from({ length: 30 }, (_, i) =>
      [
        `${i}`.replace(/\d/g, 'un '),
        ...Array.from({ length: 4 + Math.floor(6 * next()) }, () => WORDS[Math.floor(WORDS.length * next())]),
      ].join(' '),
    );
    let at = 0;
    const lines = texts.map((text, i) => {
      const start = at;
      const end = start + 0.081 * spokenUnits(text) * (0.8 + 0.5 * next());
      at = end + 0.1 + 0.5 * next();
      return line(`s${i}`, start, end);
    });
    const synthesiser = slowSynthesiser(seed);
    const voice = { ...MALE, secondsPerLetter: 0.081 };
    const request = {
      ...job(
        lines,
        texts.map((text) => [text]),
        at + 1,
      ),
      voices: [{ speaker: 'a', voice, medianF0: 110, f0Range: 1 }],
    };
    const fitted = await fit(request, { ...engines(), synthesiser });
    expect(synthesiser.requests.length).toBeLessThanOrEqual(33);
    for (const speech of fitted) expect(speech.tempo).toBeLessThanOrEqual(1.61);
  });
});
