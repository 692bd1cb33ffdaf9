import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { writeSrt, writeVtt } from '@octavia/pipeline/subtitles/write';
import { describe, expect, it } from 'vitest';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readSubtitles('test.srt', utf8(text));
const cue = (start: number, end: number, text: string, speaker?: string) => ({ start, end, text, speaker });
const linesOf = (text: string): string[] =>
  writeSrt([cue(0, 1, text)])
    .split('\n')
    .slice(2, -1);

describe('writing', () => {
  const long = 'The quick brown fox jumps over the lazy dog and runs away from it.';

  it('SRT reads back as it was, in lines of at most 42 characters', () => {
    const cues = [
      { start: 0.0004, end: 1.9996, text: long, speaker: undefined },
      { start: 3661.5, end: 3662, text: 'a --> b <i>', speaker: undefined },
    ];
    const srt = writeSrt(cues);
    expect(srt).toBe(
      '1\n00:00:00,000 --> 00:00:02,000\nThe quick brown fox jumps over the\nlazy dog and runs away from it.\n\n' +
        '2\n01:01:01,500 --> 01:01:02,000\na → b ‹i>\n',
    );
    expect(read(srt).cues.map((cue) => cue.text)).toEqual([long, 'a → b ‹i>']);
  });

  it('WebVTT is escaped and reads back as it was, speakers too', () => {
    const cues = [
      { start: 1, end: 2, text: 'a --> b <i> & c', speaker: 'Ann & Bo' },
      { start: 2, end: 3, text: long, speaker: undefined },
    ];
    expect(readSubtitles('a.vtt', utf8(writeVtt(cues))).cues).toEqual(cues);
  });

  it('uses two lines for up to 80 characters and breaks no word', () => {
    const words = 'a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii jjjjjjjjjj kkkkkkkkkk'.split(' ');
    const body = writeSrt([{ start: 0, end: 1, text: words.join(' '), speaker: undefined }])
      .split('\n')
      .slice(2, -1);
    expect(body).toHaveLength(2);
    expect(body.join(' ')).toBe(words.join(' '));
  });

  it('never begins a line with a French question mark', () => {
    const text = 'Que veux-tu donc que je fasse maintenant\u00a0? Je ne sais pas quoi te dire.';
    const srt = writeSrt([{ start: 0, end: 1, text, speaker: undefined }]);
    expect(srt).toContain('que je fasse\nmaintenant\u00a0? Je');
  });
});

describe('lines of scripts without spaces', () => {
  const chinese =
    '我们在这座非常古老的房子里住了很多年，去年夏天我们终于把它买了下来，现在正在慢慢地把花园整理好，希望明年春天的时候朋友们都能来这里做客。';
  const japanese = '私たちはこの古い家に長い間住んでいましたが、去年の夏にようやく「買うことができました」。';
  const thai = 'เราอาศัยอยู่ในบ้านหลังเก่าหลังนี้มาหลายปีแล้วและเราซื้อมันเมื่อฤดูร้อนที่แล้ว';

  it.each([
    [chinese, 16],
    [japanese, 16],
    ['미국인 여러분 국가가 여러분을 위해 무엇을 할 수 있는지 묻지 마십시오', 20],
    [thai, 60],
  ])('%s', (text, most) => {
    const lines = linesOf(text);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect([...line].length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/^[，。、」ーっゃゅょ]|[「]$/u);
    }
    expect(read(writeSrt([cue(0, 1, text)])).cues[0]?.text).toBe(text);
  });

  it('cuts neither a word nor a Latin name in a Chinese sentence', () => {
    expect(linesOf('我们去年夏天终于学会了用JavaScript写一个非常简单的程序').join('|')).toContain(
      'JavaScript',
    );
  });
});

describe('cues that overlap', () => {
  it.each([
    ['one speaker goes on', [cue(0.3, 9.5, 'Long.', 'A'), cue(5.4, 10.4, 'Next.', 'A')], [5.4, 10.4]],
    ['the first can be read', [cue(0, 4, 'Short.', 'A'), cue(2, 5, 'Next.', 'B')], [2, 5]],
  ])('%s: the first ends where the second begins', (_, cues, ends) => {
    const shown = read(writeSrt(cues)).cues;
    expect(shown.map(({ end }) => end)).toEqual(ends);
    expect(shown.map(({ text }) => text)).toEqual(cues.map(({ text }) => text));
  });

  it('two who speak at once are two turns of one cue', () => {
    const cues = [cue(1, 4, 'Where have you been?', 'A'), cue(1.1, 3, 'At home.', 'B')];
    expect(writeSrt(cues)).toBe('1\n00:00:01,000 --> 00:00:04,000\n- Where have you been?\n- At home.\n');
    expect(read(writeVtt(cues)).cues.map(({ text }) => text)).toEqual(['Where have you been?', 'At home.']);
  });

  it.each([writeSrt, writeVtt])('none is left in a busy talk', (write) => {
    const busy = Array.from({ length: 40 }, (_, index) => {
      const start = Math.floor(index / 3) * 2 + (index % 3) * 0.3;
      return cue(start, start + 2.2, `Line ${index}.`, `S${index % 2}`);
    });
    const times = [...write(busy).matchAll(/(\S+) --> (\S+)/g)];
    expect(times.length).toBeGreaterThan(5);
    for (const [index, [, , end]] of times.entries()) {
      expect((end ?? '') <= (times[index + 1]?.[1] ?? '~')).toBe(true);
    }
    for (let index = 0; index < 40; index++) expect(write(busy)).toContain(`Line ${index}.`);
  });
});
