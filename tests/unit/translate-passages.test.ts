import { describe, expect, it } from 'vitest';
import type { Line } from '@octavia/pipeline/media-types';
import { dealt, passagesOf } from '@octavia/pipeline/stages/translate/passages';

/** Lines of two seconds. @param said start, text and, where there are several, the speaker */
const lines = (...said: (readonly [start: number, text: string, speaker?: string])[]): Line[] =>
  said.map(([start, text, speaker = 'a'], index) => ({
    id: `s000${index + 1}`,
    speaker,
    start,
    end: start + 2,
    text,
    confidence: undefined,
  }));

const joined = (...said: Parameters<typeof lines>): string[] =>
  passagesOf(lines(...said), 'en').map(({ whole }) => whole.text);

describe('passagesOf', () => {
  it('joins a sentence that was cut at a pause', () => {
    expect(joined([0, 'The lighthouse was built in'], [2.5, '1862. It guided ships.'])).toEqual([
      'The lighthouse was built in 1862. It guided ships.',
    ]);
    expect(joined([0, 'When we got home,'], [2.5, 'we had'], [5, 'dinner at once.'])).toHaveLength(1);
    expect(joined([0, 'That was the day'], [2.5, 'I met her.'])).toHaveLength(1);
    expect(joined([0, 'He came back from'], [2.5, 'Paris in the spring.'])).toHaveLength(1);
    expect(joined([0, 'I thought that...'], [2.5, '...you were at home.'])).toEqual([
      'I thought that you were at home.',
    ]);
  });

  it.each([
    ['de', 'Das alte Haus, das mein', 'Großvater gebaut hat, steht noch.'],
    ['zh', '我祖父亲手盖的那座', '老房子现在还在。'],
    ['ru', 'Старый дом, который мой', 'дед построил, ещё стоит.'],
  ])('tells a cut sentence in %s', (language, first, second) => {
    expect(passagesOf(lines([0, first], [2.5, second]), language)).toHaveLength(1);
    expect(passagesOf(lines([0, `${first}.`], [2.5, second]), language)).toHaveLength(2);
  });

  it('makes no passage longer than a sentence can be', () => {
    const endless = Array.from({ length: 30 }, (_, i) => [i * 2.2, 'and so on'] as const);
    const passages = passagesOf(lines(...endless), 'en');
    expect(passages.length).toBeGreaterThan(2);
    for (const { whole } of passages) expect(whole.end - whole.start).toBeLessThanOrEqual(20);
  });
});

describe('passagesOf leaves apart', () => {
  it.each([
    [
      'a sentence that ended',
      [
        [0, 'We went home.'],
        [2.5, 'and we slept.'],
      ],
    ],
    [
      'a sentence that begins',
      [
        [0, 'We went home'],
        [2.5, 'Then we slept.'],
      ],
    ],
    [
      'shouted signs',
      [
        [0, 'KEEP OUT OF THE HOUSE'],
        [2.5, 'I LIVE IN THE USA.'],
      ],
    ],
    [
      'a sentence that trails off',
      [
        [0, 'We went home...'],
        [2.5, 'and we slept.'],
      ],
    ],
    [
      'another speaker',
      [
        [0, 'We went', 'a'],
        [2.5, 'home at last.', 'b'],
      ],
    ],
    [
      'a long pause',
      [
        [0, 'We went'],
        [4, 'home at last.'],
      ],
    ],
    [
      'a line that overlaps',
      [
        [0, 'We went'],
        [1, 'home at last.'],
      ],
    ],
    [
      'a single word',
      [
        [0, 'Yes'],
        [2.5, 'we went home.'],
      ],
    ],
  ] as const)('%s', (_, said) => {
    expect(joined(...said)).toEqual(said.map(([, text]) => text));
  });
});

describe('dealt', () => {
  const parts = (text: string, ...said: Parameters<typeof lines>) => {
    const [passage] = passagesOf(lines(...said), 'en');
    if (passage === undefined) throw new Error('nothing was joined');
    return dealt({ id: 's0001', candidates: [text], notes: ['translate.repetition'] }, passage);
  };
  const cut = [
    [0, 'When we came home that night,'],
    [2.5, 'we had dinner.'],
  ] as const;

  it('gives each line its share, cut after a mark where one is near', () => {
    expect(parts('Cuando llegamos a casa aquella noche, cenamos todos.', ...cut)).toEqual([
      { id: 's0001', candidates: ['Cuando llegamos a casa aquella noche,'], notes: ['translate.repetition'] },
      { id: 's0002', candidates: ['cenamos todos.'], notes: ['translate.repetition'] },
    ]);
  });

  it('keeps the dots where a line goes on', () => {
    const found = parts(
      'Pensé que estabas en casa.',
      [0, 'I thought that...'],
      [2.5, '...you were at home.'],
    );
    expect(found.map(({ candidates }) => candidates[0])).toEqual(['Pensé que...', '...estabas en casa.']);
  });

  it('cuts between words where there are no spaces', () => {
    const found = parts('那天晚上我们回到家，就吃了晚饭。', ...cut).map(({ candidates }) => candidates[0]);
    expect(found).toEqual(['那天晚上我们回到家，', '就吃了晚饭。']);
  });

  it('leaves no line empty: one word for two lines is no translation of them', () => {
    expect(parts('Cenamos', ...cut)).toEqual(
      cut.map(([, text], i) => ({
        id: `s000${i + 1}`,
        candidates: [text],
        notes: ['translate.untranslated'],
      })),
    );
  });
});
