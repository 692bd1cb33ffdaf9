import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { describe, expect, it } from 'vitest';

const read = (text: string, frameRate?: number) =>
  readSubtitles('test.srt', new TextEncoder().encode(text), { frameRate });
const cues = (text: string, frameRate?: number) =>
  read(text, frameRate).cues.map(({ start, end, text: said }) => [start, end, said]);
const codes = (text: string) => read(text).warnings.map(({ code }) => code);
const block = (times: string) => `1\n${times}\nHello.\n`;

describe('times that are nearly right', () => {
  it.each([
    ['00：00：01，500 --> 00：00：03，000', 1.5, 3],
    ['00: 00: 01, 500 --> 00: 00: 03, 000', 1.5, 3],
    ['00:00:01,500 --&gt; 00:00:03,000', 1.5, 3],
    ['00:00:01,500 → 00:00:03,000', 1.5, 3],
    ['00:00:01.500 - -> 00:00:03.000', 1.5, 3],
    ['00:00:01.500 => 00:00:03.000', 1.5, 3],
    ['-00:00:03,000 --> 00:00:03,000', 0, 3],
    ['0:0:1,5 --> 0:0:3', 1.5, 3],
    ['0:00:01.500,0:00:03.000', 1.5, 3],
    ['00:00:01:500 --> 00:00:03:000', 1.5, 3],
    ['00:00:01,500 --> 00:00:03,000 align:start position:0%', 1.5, 3],
  ])('%s', (times, start, end) => {
    expect(cues(block(times))).toEqual([[start, end, 'Hello.']]);
  });

  it('leaves out what it cannot read, with its text, and says so', () => {
    const file = `1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:xx,000 --> 00:00:04,000\n\n3\n00:00:05:00:00 00:00:06\nThree.\n\n4\n00:00:07,000 --> 00:00:08,000\nFour.\n`;
    expect(cues(file).map(([, , text]) => text)).not.toContain('Three.');
    expect(codes(file)).toContain('subtitles.left_out');
    for (const [, , text] of cues(file)) expect(text).not.toMatch(/\d/);
  });

  it('never says the number behind the last cue', () => {
    expect(cues(`${block('00:00:01,000 --> 00:00:03,000')}\n2\n`)).toEqual([[1, 3, 'Hello.']]);
  });

  it('keeps what people say about times', () => {
    const said = 'From 10:30 to 11:30 we are at home.';
    expect(cues(`1\n00:00:01,000 --> 00:00:03,000\n${said}\n`)).toEqual([[1, 3, said]]);
  });
});

describe('times that count frames', () => {
  const file = block('00:00:05:18 --> 00:00:07:20');
  it('are read at the rate of the video', () => {
    expect(cues(file, 25)).toEqual([[5.72, 7.8, 'Hello.']]);
    expect(cues(file, 30)).toEqual([[5.6, 7 + 20 / 30, 'Hello.']]);
    expect(codes(file)).toEqual(['subtitles.frames']);
  });

  it('MicroDVD, with its own rate or that of the video', () => {
    expect(cues('{1}{1}20\n{20}{60}{y:i}Hello|there.\n')).toEqual([[1, 3, 'Hello there.']]);
    expect(cues('{25}{75}Hello.\n', 25)).toEqual([[1, 3, 'Hello.']]);
    expect(cues('[10][30]/Hello.\n')).toEqual([[1, 3, 'Hello.']]);
  });
});

describe('other formats', () => {
  it('reads SubStation Alpha: fields by name, overrides and drawings left out', () => {
    const file =
      '[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n' +
      'Comment: 0,0:00:00.00,0:00:09.00,D,,0,0,0,,not said\n' +
      'Dialogue: 0,0:00:01.50,0:00:03.00,D,Ann,0,0,0,,{\\an8\\fad(1,2)}Hello, {\\i1}you{\\i0}\\Nthere.\n' +
      'Dialogue: 0,0:00:04.00,0:00:05.00,D,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}\n';
    const subtitles = read(file);
    expect(subtitles.format).toBe('ass');
    expect(subtitles.cues).toEqual([{ start: 1.5, end: 3, text: 'Hello, you there.', speaker: 'Ann' }]);
  });

  it('reads TTML: clock times, counts, frames, ticks, times inside times', () => {
    const file =
      '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="50" ttp:tickRate="10">' +
      '<head><metadata>not said</metadata></head><body><div begin="1s">' +
      '<p begin="00:00:00.500" end="00:00:02.000">Hello<br/><span>there &amp; you.</span></p>' +
      '<p begin="2.5s" dur="1s">Two.</p><p begin="00:00:04:25" end="00:00:05:00">Three.</p>' +
      '<p begin="70t" end="80t">Four.</p></div></body></tt>';
    expect(cues(file)).toEqual([
      [1.5, 3, 'Hello there & you.'],
      [3.5, 4.5, 'Two.'],
      [5.5, 6, 'Three.'],
      [8, 9, 'Four.'],
    ]);
  });
});

describe('rolling captions', () => {
  const line = (from: string, to: string, ...lines: string[]) =>
    `00:00:${from} --> 00:00:${to}\n${lines.join('\n')}\n`;
  it('says each phrase once, at its time', () => {
    const file = [
      'WEBVTT\n',
      line('00.500', '02.800', ' ', 'the<00:00:00.700><c> house</c>'),
      line('02.800', '02.810', 'the house', ' '),
      line('02.810', '05.200', 'the house', 'we<00:00:03.100><c> bought it</c>'),
      line('05.200', '05.210', 'we bought it', ' '),
      line('05.210', '08.000', 'we bought it', 'is big'),
    ].join('\n');
    expect(cues(file)).toEqual([
      [0.5, 2.8, 'the house'],
      [2.81, 5.2, 'we bought it'],
      [5.21, 8, 'is big'],
    ]);
  });

  it('says captions that grow word by word once', () => {
    const file = [
      line('01.000', '01.500', 'We'),
      line('01.500', '02.000', 'We bought'),
      line('02.000', '03.000', 'We bought it'),
    ];
    expect(cues(file.join('\n'))).toEqual([[1, 3, 'We bought it']]);
  });

  it('keeps what is really said twice', () => {
    const file = [
      line('01.000', '02.000', 'No.'),
      line('02.000', '03.000', 'No.'),
      line('03.000', '04.000', 'Yes.'),
    ];
    expect(cues(file.join('\n')).map(([, , text]) => text)).toEqual(['No.', 'No.', 'Yes.']);
  });
});
