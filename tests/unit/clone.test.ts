import type { Line, Pcm, SpeakRequest, Synthesiser, Word } from '@octavia/pipeline';
import { faultIn } from '@octavia/pipeline/stages/synthesise/clone-check';
import { referenceSpans } from '@octavia/pipeline/stages/synthesise/reference';
import { sealedCache } from '@octavia/pipeline/stages/synthesise/sealed';
import { checkedSpeaking } from '@octavia/pipeline/stages/synthesise/checked-speaking';
import { wordErrorRate } from '@octavia/pipeline/language/word-error-rate';
import { describe, expect, it } from 'vitest';
import { burst, mixInto, noise, silence } from '../support/sound/signals.ts';
import { fakeSynthesiser, VOICES } from '../support/models/fit-engines.ts';
import { mono } from '../support/sound/in-memory.ts';
import type { Sound } from '@octavia/pipeline/media-types';

const RATE = 16_000;
const never = new AbortController().signal;

function memoryStore() {
  const values = new Map<string, Uint8Array>();
  return {
    values,
    get: (key: string) => Promise.resolve(values.get(key)),
    put: (key: string, value: Uint8Array) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}

describe('sealedCache', () => {
  const secret = new TextEncoder().encode('what a person sounds like');

  it('gives back what it was given, and stores something else each time', async () => {
    const store = memoryStore();
    const cache = await sealedCache(store);
    await cache.put('a', secret);
    await cache.put('b', secret);
    expect(await cache.get('a')).toEqual(secret);
    expect(await cache.get('c')).toBeUndefined();
    const stored = Buffer.from(store.values.get('cloned/a') ?? []);
    expect(stored.includes(Buffer.from(secret))).toBe(false);
    expect(stored.equals(Buffer.from(store.values.get('cloned/b') ?? []))).toBe(false);
    expect(stored).toHaveLength(12 + secret.length + 16);
  });

  it('can be read by no other job, nor when it was changed', async () => {
    const store = memoryStore();
    const cache = await sealedCache(store);
    await cache.put('a', secret);
    expect(await (await sealedCache(store)).get('a')).toBeUndefined();
    const changed = store.values.get('cloned/a')?.slice() ?? new Uint8Array();
    changed[20] = (changed[20] ?? 0) ^ 1;
    store.values.set('cloned/a', changed);
    expect(await cache.get('a')).toBeUndefined();
  });
});

const line = (speaker: string, start: number, end: number): Line => {
  return { id: `${start}`, speaker, start, end, text: '', confidence: undefined };
};

describe('referenceSpans', () => {
  /** Speech in every line, and loud noise behind some stretches. */
  function scene(lines: readonly Line[], noisy: readonly (readonly [number, number])[]): Sound {
    const sound = noise(60, RATE, 0.0005, 1);
    for (const { start, end } of lines) mixInto(sound, burst(end - start, RATE, {}), start, RATE);
    for (const [from, to] of noisy) mixInto(sound, noise(to - from, RATE, 0.2, 2), from, RATE);
    return mono(sound, RATE);
  }

  it('takes what is clear of the background before what is not', async () => {
    const lines = [line('a', 2, 10), line('a', 20, 28), line('a', 40, 46)];
    const spans = await referenceSpans('a', lines, [], scene(lines, [[1, 11]]));
    expect(spans.map(({ start }) => start)).toEqual([20, 40]);
  });

  it('leaves out where anybody else talks, and keeps to fifteen seconds', async () => {
    const lines = [line('a', 2, 12), line('b', 8, 10), line('a', 20, 50)];
    const spans = await referenceSpans('a', lines, [{ speaker: 'b', start: 30, end: 34 }], scene(lines, []));
    for (const { start, end } of spans) {
      expect(end <= 8 || start >= 10).toBe(true);
      expect(end <= 30 || start >= 34).toBe(true);
    }
    const seconds = spans.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThanOrEqual(15);
  });

  it('takes nothing of somebody who is hardly heard alone', async () => {
    const lines = [line('a', 2, 4), line('b', 3.5, 9)];
    expect(await referenceSpans('a', lines, [], scene(lines, []))).toEqual([]);
  });
});

const TEXT = 'El barco sale del puerto a las ocho de la mañana';

const said = (text: string): Word[] =>
  text
    .split(' ')
    .map((word, i) => ({ text: word, start: 0.1 + 0.2 * i, end: 0.28 + 0.2 * i, confidence: undefined }));

const speech = (seconds: number): Pcm => {
  return {
    sampleRate: 24_000,
    channels: [mixInto(silence(seconds + 0.2, 24_000), burst(seconds, 24_000, {}), 0.1, 24_000)],
  };
};

const hear = (text: string) => () => Promise.resolve(said(text));

const CHINESE = '我们明天早上八点在火车站见面，然后一起去海边看日出，希望天气会很好。';
const KOREAN = '우리는 내일 아침 여덟 시에 기차역에서 만나 함께 바닷가로 가서 해돋이를 볼 거예요.';
const syllables = (text: string) => text.match(/\p{L}/gu)?.length ?? 0;

describe('faultIn', () => {
  it.each([
    ['nothing wrong', 2.2, TEXT, undefined],
    ['small mishearings', 2.2, 'el barco sale del puerto a los ocho de mañana', undefined],
    ['a leak of the reference', 2.2, `and so I told him that we would never go there again ${TEXT}`, 'words'],
    ['other words', 2.2, 'hola buenos días señoras y señores', 'words'],
    ['a tail of noise', 4.5, TEXT, 'tail'],
    ['a loop', 40, TEXT, 'loop'],
  ])('%s', async (_, seconds, heard, fault) => {
    expect(await faultIn(TEXT, speech(seconds), hear(heard))).toBe(fault);
  });

  it('finds silence, and does what it can without a recogniser', async () => {
    const silent = { sampleRate: 24_000, channels: [silence(2, 24_000)] };
    expect(await faultIn(TEXT, silent, hear(TEXT))).toBe('silent');
    expect(await faultIn(TEXT, speech(2.2), undefined)).toBeUndefined();
    expect(await faultIn(TEXT, speech(40), undefined)).toBe('loop');
  });

  it('counts words of any script', () => {
    expect(wordErrorRate('Где ты был?', 'где ты был')).toBe(0);
    expect(wordErrorRate('Où es-tu allé', 'où es tu')).toBe(0.25);
    expect(wordErrorRate('मैं हिन्दी बोलता हूँ', 'मैं हिन्दी बोलता')).toBe(0.25);
  });

  it('counts characters where words are not spaced, or as the writer likes', () => {
    expect(wordErrorRate('今日はいい天気ですね。', '今日 は いい 天気 です ね')).toBe(0);
    expect(wordErrorRate('今日はいい天気ですね。', '今日はいい電気ですね')).toBe(0.1);
    expect(wordErrorRate('할 수 있습니다', '할수 있습니다')).toBe(0);
    expect(wordErrorRate('用iPhone打电话', '用 iphone 打 电话')).toBe(0);
    expect(wordErrorRate('今日はいい天気ですね。', 'それはちがいます')).toBeGreaterThan(0.7);
  });

  it.each([CHINESE, KOREAN])(
    'takes a long line of another script for no loop, and a loop for one',
    async (text) => {
      // Four syllables a second is calm speech.
      const seconds = syllables(text) / 4;
      const words = [...text].map((character, i) => {
        const start = (i * seconds) / text.length;
        return { text: character, start, end: start + 0.1, confidence: undefined };
      });
      const listen = () => Promise.resolve(words);
      expect(await faultIn(text, speech(seconds), listen)).toBeUndefined();
      expect(await faultIn(text, speech(4 * seconds), listen)).toBe('loop');
    },
  );
});

describe('given what its reference says', () => {
  const reference = 'And so I told him that we would never go there again';
  const fault = (text: string, heard: string, reference: string) =>
    faultIn(text, speech(2.2), hear(heard), reference);

  it.each([
    [`him that ${TEXT}`, 'leak'],
    [`${TEXT} never go`, 'leak'],
    [`and ${TEXT}`, undefined],
    [`y él ya ${TEXT}`, undefined],
    [TEXT, undefined],
  ])('hears "%s"', async (heard, expected) => {
    expect(await fault(TEXT, heard, reference)).toBe(expected);
  });

  it('takes words that the line has, too, for its own', async () => {
    const text = 'he said so I told him everything';
    expect(await fault(text, text, reference)).toBeUndefined();
  });

  it('needs more of a script whose units are characters', async () => {
    const text = '明天早上八点在车站见面';
    const before = '我从来没有去过那里';
    const spread = (heard: string) => [...heard].join(' ');
    expect(await fault(text, spread(`没有去过${text}`), before)).toBe('leak');
    expect(await fault(text, spread(`去过${text}`), before)).toBeUndefined();
  });
});

const cloned = { id: 'clone-1', language: 'es', gender: 'female', medianF0: 200, learnt: {} } as const;
const other = { speaker: 'a', voice: VOICES[1]!, medianF0: 205, f0Range: 1 };
const request: SpeakRequest = { text: TEXT, voice: cloned, pace: 1, medianF0: 200, f0Range: 1 };

/** A cloner whose first `faulty` attempts are silence. */
function cloner(faulty: number): Synthesiser & { seeds: (number | undefined)[] } {
  const seeds: (number | undefined)[] = [];
  return {
    ...fakeSynthesiser(),
    seeds,
    speak({ seed }) {
      seeds.push(seed);
      return Promise.resolve(
        seeds.length <= faulty ? { ...speech(2), channels: [silence(2, 24_000)] } : speech(2),
      );
    },
  };
}

describe('checkedSpeaking', () => {
  it.each([
    [0, [0]],
    [2, [0, 1, 2]],
  ])('after %i faulty attempts, takes the next', async (faulty, seeds) => {
    const engine = cloner(faulty);
    const preset = fakeSynthesiser();
    const instead = new Map([[cloned.id, other]]);
    const onFallback = () => expect.unreachable();
    const speaking = checkedSpeaking({
      cloner: engine,
      preset,
      instead,
      listen: undefined,
      references: new Map(),
      onFallback,
    });
    expect((await speaking.speak(request, never)).sampleRate).toBe(24_000);
    expect(engine.seeds).toEqual(seeds);
    expect(preset.requests).toEqual([]);
  });

  it('knows what the reference of a voice says', async () => {
    const engine = cloner(0);
    const preset = fakeSynthesiser();
    const speaking = checkedSpeaking({
      cloner: engine,
      preset,
      instead: new Map([[cloned.id, other]]),
      listen: () => Promise.resolve(said(engine.seeds.length === 1 ? `told him ${TEXT}` : TEXT)),
      references: new Map([[cloned.id, 'so I told him']]),
      onFallback: () => expect.unreachable(),
    });
    await speaking.speak(request, never);
    expect(engine.seeds).toEqual([0, 1]);
  });

  it('lets a preset voice speak when three attempts are faulty, and says so', async () => {
    const engine = cloner(9);
    const preset = fakeSynthesiser();
    const told: string[] = [];
    const speaking = checkedSpeaking({
      cloner: engine,
      preset,
      instead: new Map([[cloned.id, other]]),
      listen: undefined,
      references: new Map(),
      onFallback: ({ text }) => told.push(text),
    });
    await speaking.speak(request, never);
    expect(engine.seeds).toHaveLength(3);
    expect(preset.requests[0]).toMatchObject({ text: TEXT, voice: other.voice, medianF0: 205 });
    expect(told).toEqual([TEXT]);
    await speaking.speak({ ...request, voice: other.voice }, never);
    expect(engine.seeds).toHaveLength(3);
  });
});
