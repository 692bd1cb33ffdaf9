import { describe, expect, expectTypeOf, it } from 'vitest';
import { compact } from '@octavia/pipeline/compact';
import { DEFAULTS, type Choices, type DubWish } from '@octavia/pipeline/wish';
import { JobWishSchema, type JobWish } from '../../server/wish/shapes.ts';
import { wishOf } from '../../src/lib/cloud/wish.ts';

describe('a wish', () => {
  const choices = {
    source: 'en',
    target: 'es',
    pack: 'studio',
    audioTrack: 0,
    voice: { kind: 'preset', id: 'ef_dora' },
    consent: { clonedVoices: true, at: '2026-01-02T03:04:05.000Z' },
    background: 'keep',
    keepOriginal: false,
    subtitles: { name: 'a.srt', bytes: new TextEncoder().encode('1\n'), language: 'en' },
    glossary: { bow: 'proa' },
    doNotTranslate: ['Octavia'],
    edits: { s0001: 'Hola.' },
  } satisfies Required<DubWish>;
  const job = { jobId: 'j', inputName: 'a.mp4', device: 'cpu' } as const;

  it('reaches the API with every choice', async () => {
    expect(JobWishSchema.parse(await wishOf({ ...job, ...choices }))).toEqual({
      ...choices,
      subtitles: { name: 'a.srt', text: '1\n', language: 'en' },
    });
  });

  it('leaves out what is left open', async () => {
    const wish = await wishOf({ ...job, target: 'es', ...DEFAULTS });
    expect(Object.keys(wish).sort()).toEqual(['target', ...Object.keys(DEFAULTS)].sort());
  });

  it('means the same in the API where nothing is chosen', () => {
    expect(JobWishSchema.parse({ target: 'es' })).toEqual({ target: 'es', ...DEFAULTS });
    expectTypeOf<keyof JobWish>().toEqualTypeOf<keyof DubWish>();
  });

  it('does not compile with a choice forgotten or unknown', () => {
    type Short = Pick<DubWish, 'target' | 'edits'>;
    const whole = { target: 'es', edits: undefined } satisfies Choices<Short>;
    // @ts-expect-error: edits is forgotten, though a wish may lack it
    const forgotten = { target: 'es' } satisfies Choices<Short>;
    // @ts-expect-error: there is no such choice
    const unknown = { target: 'es', edits: undefined, tone: 'warm' } satisfies Choices<Short>;
    // @ts-expect-error: the API's schema lacks edits
    const schema = { target: JobWishSchema.shape.target } satisfies Record<keyof Short, unknown>;
    expect([whole, forgotten, unknown, schema]).toHaveLength(4);
  });
});

describe('compact', () => {
  it('drops undefined members and nothing else', () => {
    const members = { a: undefined, b: null, c: false, d: 0, e: '', f: [undefined] };
    expect(Object.entries(compact(members))).toEqual([
      ['b', null],
      ['c', false],
      ['d', 0],
      ['e', ''],
      ['f', [undefined]],
    ]);
  });

  it('makes optional what may be undefined', () => {
    const language: string | undefined = ['es'].find((tag) => tag === 'en');
    const wanted: { name: string; language?: string } = compact({ name: 'a', language });
    // @ts-expect-error: a member that may be absent is none that is needed
    const needed: { language: string } = compact({ language });
    expect([wanted, needed]).toStrictEqual([{ name: 'a' }, {}]);
  });
});
