import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { describe, expect, it } from 'vitest';

const read = (bodies: readonly string[], hints = {}) => {
  const file = bodies.map(
    (body, index) => `${index + 1}\n00:00:${10 + index},000 --> 00:00:${10 + index},900\n${body}\n`,
  );
  return readSubtitles('test.srt', new TextEncoder().encode(file.join('\n')), hints);
};
const turns = (...bodies: string[]) => read(bodies).cues.map(({ speaker, text }) => [speaker, text]);

describe('labels and marks of broadcasters', () => {
  it.each([
    ['>> JOHN: Good morning.', [['John', 'Good morning.']]],
    [
      '>> Good morning, John.\n>> How are you?',
      [
        [undefined, 'Good morning, John.'],
        [undefined, 'How are you?'],
      ],
    ],
    [
      '>> Good morning. >> Hi.',
      [
        [undefined, 'Good morning.'],
        [undefined, 'Hi.'],
      ],
    ],
    ['&gt;&gt;&gt; BREAKING NEWS TONIGHT', [[undefined, 'BREAKING NEWS TONIGHT']]],
    ['JOHN:Wait!', [['John', 'Wait!']]],
    ['MAN #1: Hey you.', [['Man #1', 'Hey you.']]],
    ['MAN (ON RADIO): Come in.', [['Man', 'Come in.']]],
    ['DR. SMITH: I see.', [['Dr. Smith', 'I see.']]],
    ['[JOHN]: Go away.', [['John', 'Go away.']]],
    ['JOHN:\nGo away.', [['John', 'Go away.']]],
    ['JOHN/MARY: We do.', [['John/mary', 'We do.']]],
    ['Speaker 2: We do.', [['Speaker 2', 'We do.']]],
    ['≫ Hi there.', [[undefined, 'Hi there.']]],
    ['{laughs} We do.', [[undefined, 'We do.']]],
    ['*sighs*', []],
    ['I *really* mean it.', [[undefined, 'I really mean it.']]],
    ['<i>(narrator)</i> It was late.', [[undefined, 'It was late.']]],
    ['- [door slams]\n- Who is it?', [[undefined, 'Who is it?']]],
    ['WARNING: KEEP OUT', [[undefined, 'WARNING: KEEP OUT']]],
    ['The news at 10:30 is late.', [[undefined, 'The news at 10:30 is late.']]],
    ['Remember: never look back.', [[undefined, 'Remember: never look back.']]],
    ['2 > 1 and 3 >> 2', [[undefined, '2 > 1 and 3 >> 2']]],
  ])('%j', (body, expected) => {
    expect(turns(body, 'The end.')).toEqual([...expected, [undefined, 'The end.']]);
  });

  it('takes a name in small letters for a label where the file uses it as one', () => {
    expect(turns('John: Wait!', 'Mary: No.', 'John: Why?', 'Mary: Go.')).toEqual([
      ['John', 'Wait!'],
      ['Mary', 'No.'],
      ['John', 'Why?'],
      ['Mary', 'Go.'],
    ]);
    expect(turns('-Ann: Hi.\n-Bo: Yes.', '-Ann: Bye.\n-Bo: Bye.').map(([speaker]) => speaker)).toEqual([
      'Ann',
      'Bo',
      'Ann',
      'Bo',
    ]);
    expect(turns('小明：你好。', '小红：你好。', '小明：再见。')[0]).toEqual(['小明', '你好。']);
    expect(turns('My advice: run.', 'The end.')[0]).toEqual([undefined, 'My advice: run.']);
  });

  it('joins lines of a script without spaces without one', () => {
    expect(turns('这座房子非常古老，\n我们去年买下了它。')).toEqual([
      [undefined, '这座房子非常古老，我们去年买下了它。'],
    ]);
  });
});

describe('cues in two languages', () => {
  const scripts = ['你好，朋友们。\nGood morning, my friends.', '这座房子非常古老。\nThe house is very old.'];
  const latin = [
    'The house is very old.\nLa casa es muy vieja.',
    'We bought it last year.\nLa compramos el año pasado.',
  ];
  it.each([
    [scripts, ['en'], ['Good morning, my friends.', 'The house is very old.']],
    [scripts, ['zh'], ['你好，朋友们。', '这座房子非常古老。']],
    [scripts, ['es'], ['你好，朋友们。', '这座房子非常古老。']],
    [latin, ['es', 'en'], ['La casa es muy vieja.', 'La compramos el año pasado.']],
    [latin, ['en'], ['The house is very old.', 'We bought it last year.']],
  ])('%j for %j', (bodies, wanted, expected) => {
    const { cues, warnings } = read(bodies, { wanted });
    expect(cues.map(({ text }) => text)).toEqual(expected);
    expect(warnings.map(({ code }) => code)).toEqual(['subtitles.bilingual']);
  });

  it('keeps both lines of one language', () => {
    const { cues, warnings } = read([
      'The house is very old,\nand the garden is big.',
      'We bought it last year\nin the summer.',
    ]);
    expect(cues.map(({ text }) => text)).toEqual([
      'The house is very old, and the garden is big.',
      'We bought it last year in the summer.',
    ]);
    expect(warnings).toEqual([]);
  });
});
