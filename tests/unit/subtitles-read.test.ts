import { OctaviaError } from '@octavia/pipeline/errors';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { describe, expect, it } from 'vitest';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readSubtitles('test.srt', utf8(text));
const texts = (text: string): string[] => read(text).cues.map((cue) => cue.text);
const one = (body: string): string[] => texts(`1\n00:00:01,000 --> 00:00:03,000\n${body}\n`);

describe('timing and blocks', () => {
  it('reads numbers, commas and several lines', () => {
    const { cues, format, encoding, warnings } = read(
      '1\n00:00:01,000 --> 00:00:03,500\nHello\nthere.\n\n2\n01:02:03,004 --> 01:02:05,000\nBye.\n',
    );
    expect({ format, encoding, warnings }).toEqual({ format: 'srt', encoding: 'utf-8', warnings: [] });
    expect(cues).toEqual([
      { start: 1, end: 3.5, text: 'Hello there.', speaker: undefined },
      { start: 3723.004, end: 3725, text: 'Bye.', speaker: undefined },
    ]);
  });

  it.each(['\r\n', '\r', '\n'])('accepts line ends %j', (end) => {
    expect(texts(`1${end}00:01 --> 00:02${end}A.${end}${end}2${end}00:03 --> 00:04${end}B.`)).toEqual([
      'A.',
      'B.',
    ]);
  });

  it('does without numbers, hours and fractions, with positions and odd arrows', () => {
    const { cues } = read('00:01.5 -> 00:02,25 X1:10 X2:20\nA\n\n0:0:3 --> 0:0:4 align:start\nB');
    expect(cues.map(({ start, end }) => [start, end])).toEqual([
      [1.5, 2.25],
      [3, 4],
    ]);
  });

  it('keeps a blank line inside an SRT cue, and numbers that are text', () => {
    expect(
      texts('1\n00:01 --> 00:02\nOne\n\nmore line\n\n2\n00:03 --> 00:04\n1984\n\n3\n00:05 --> 00:06\nEnd'),
    ).toEqual(['One more line', '1984', 'End']);
  });

  it('reads cues that follow each other without a blank line', () => {
    expect(texts('1\n00:01 --> 00:02\nA\n2\n00:03 --> 00:04\nB')).toEqual(['A', 'B']);
  });

  it('puts cues in order and gives those without length the time their text takes', () => {
    const { cues, warnings } = read(
      '1\n00:09 --> 00:10\nlast\n\n2\n00:05 --> 00:05\nzero\n\n3\n00:02 --> 00:01\nback',
    );
    expect(cues.map((cue) => cue.text)).toEqual(['back', 'zero', 'last']);
    for (const cue of cues) expect(cue.end).toBeGreaterThanOrEqual(cue.start + 0.8);
    expect(warnings.map((warning) => warning.code)).toEqual(['subtitles.repaired']);
  });

  it('reads WebVTT with NOTE, STYLE, REGION, identifiers, settings and voices', () => {
    const { cues, format } = read(
      'WEBVTT - title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE\nnot said\n\nintro\n' +
        '00:01.000 --> 00:02.000 line:0 position:20%\n<v.loud Ann Lee>Hi &amp; <b>welcome</b></v>\n\n' +
        'NOTE also not\n\n00:00:03.000 --> 00:00:04.000\n<c.yellow>It <00:03.500>is</c> <lang en>me</lang>\n\nSTRAY text\n',
    );
    expect(format).toBe('vtt');
    expect(cues).toEqual([
      { start: 1, end: 2, text: 'Hi & welcome', speaker: 'Ann Lee' },
      { start: 3, end: 4, text: 'It is me', speaker: undefined },
    ]);
  });
});

describe('what is spoken', () => {
  it.each([
    ['<i>Run!</i>', ['Run!']],
    ['{\\an8}{\\pos(1,2)}Up <font color="#fff">here</font>', ['Up here']],
    ['Tom &amp; Ana &lt;3 caf&#233; &#x2014; a < b', ['Tom & Ana <3 café — a < b']],
    ['[music]', []],
    ['(laughs)', []],
    ['♪ Oh what a night ♪', []],
    ['♪ Oh\nwhat a\nnight ♪', []],
    ['[door\nslams] Who is it?', ['Who is it?']],
    ['(sighs) Fine. (door closes)', ['Fine.']],
    ['He said (and I agree) no.', ['He said (and I agree) no.']],
    ['...', []],
    ['- Who?\n- Me.', ['Who?', 'Me.']],
    ['-5 degrees\n-6 tomorrow', ['-5 degrees -6 tomorrow']],
    ['JOHN: Come in.', ['Come in.']],
    ['Note: come in.', ['Note: come in.']],
    ['😀', ['😀']],
  ])('%j → %j', (body, expected) => {
    const file = `1\n00:00:01,000 --> 00:00:03,000\n${body}\n\n2\n00:01:00,000 --> 00:01:01,000\nEND`;
    expect(texts(file)).toEqual([...expected, 'END']);
  });

  it('shares the time of a dialogue by length of text and names labelled speakers', () => {
    const { cues } = read('1\n00:00:00,000 --> 00:00:04,000\n- ANN: Aaaaaaaaa!\n- BOB: Bb?\n');
    expect(cues.map((cue) => cue.speaker)).toEqual(['Ann', 'Bob']);
    expect(cues[0]?.end).toBeCloseTo((4 * 10) / 13);
    expect(cues[1]).toMatchObject({ start: cues[0]?.end, end: 4 });
  });

  it('refuses a file in which nothing is spoken', () => {
    expect(() => one('[applause]')).toThrow(expect.objectContaining({ code: 'subtitles.unreadable' }));
  });
});

describe('encodings', () => {
  const text = '1\n00:00:01,000 --> 00:00:02,000\n¿Qué pasó, señor?\n';
  const utf16 = (value: string, littleEndian: boolean, mark: boolean): Uint8Array => {
    const units = [...(mark ? '\ufeff' : ''), ...value].map((char) => char.charCodeAt(0));
    const view = new DataView(new ArrayBuffer(units.length * 2));
    units.forEach((unit, index) => view.setUint16(index * 2, unit, littleEndian));
    return new Uint8Array(view.buffer);
  };
  it.each([
    ['UTF-8 with a mark', utf8(`\ufeff${text}`), 'utf-8', []],
    ['UTF-16LE with a mark', utf16(text, true, true), 'utf-16le', []],
    ['UTF-16BE with a mark', utf16(text, false, true), 'utf-16be', []],
    ['UTF-16LE', utf16(text, true, false), 'utf-16le', ['subtitles.encoding_guessed']],
    ['UTF-16BE', utf16(text, false, false), 'utf-16be', ['subtitles.encoding_guessed']],
    ['windows-1252', Buffer.from(text, 'latin1'), 'windows-1252', ['subtitles.encoding_guessed']],
  ])('%s', (_, bytes, encoding, codes) => {
    const read = readSubtitles('a.srt', bytes);
    expect(read.cues[0]?.text).toBe('¿Qué pasó, señor?');
    expect(read.encoding).toBe(encoding);
    expect(read.warnings.map((warning) => warning.code)).toEqual(codes);
  });

  /** Bytes of a text in a single-byte encoding, by looking each character up in its decoder. */
  const encode = (label: string, value: string): Uint8Array => {
    const table = new TextDecoder(label).decode(Uint8Array.from({ length: 256 }, (_, code) => code));
    return Uint8Array.from([...value].map((char) => table.indexOf(char)));
  };
  it.each([
    ['windows-1252', 'L’été déjà, où êtes-vous ? Ça va, garçon ! “Naïf”'],
    ['windows-1252', 'Schöne Grüße, Müller! Straße, Äpfel, Übung.'],
    ['windows-1250', 'Żółta żaba i śnieg; příliš žluťoučký kůň'],
    ['iso-8859-2', 'Zażółć gęślą jaźń, proszę. Ležel šťastný'],
    ['windows-1251', 'Привет, как дела? Хорошо, спасибо.'],
  ])('%s: %s', (label, value) => {
    const read = readSubtitles('a.srt', encode(label, `1\n00:01 --> 00:02\n${value}\n`));
    expect(read.cues.map((cue) => cue.text)).toEqual([value]);
  });

  it('says when it is not text', () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919 + (index >> 3)) % 32);
    expect(() => readSubtitles('a.srt', noise)).toThrow(
      expect.objectContaining({ code: 'subtitles.encoding' }),
    );
    expect(() => read('just prose')).toThrow(expect.objectContaining({ code: 'subtitles.unreadable' }));
    expect(() => readSubtitles('a.srt', new Uint8Array())).toThrow(OctaviaError);
  });
});

describe('hostile input', () => {
  const random = (seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const outcome = (bytes: Uint8Array): string => {
    try {
      const { cues } = readSubtitles('fuzz', bytes);
      for (const cue of cues)
        if (!(cue.end > cue.start && cue.text !== '')) return `bad cue ${JSON.stringify(cue)}`;
      return 'cues';
    } catch (error) {
      return error instanceof OctaviaError ? error.code : String(error);
    }
  };
  const allowed = ['cues', 'subtitles.unreadable', 'subtitles.encoding'];

  it('damaged files give cues or a stable code', () => {
    const seedFile = utf8(
      'WEBVTT\n\n1\n00:00:01,000 --> 00:00:03,000\n<v Ann>{\\an8}¿Qué? &amp; [x] (y)\n- A\n- B\n\n2\n00:03 --> 00:02\nñ ♪',
    );
    for (let run = 0; run < 1500; run++) {
      const next = random(run + 1);
      const bytes = Uint8Array.from(seedFile);
      for (let edit = 0; edit < 1 + (run % 20); edit++) {
        bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      }
      const cut = bytes.subarray(run % 5 === 0 ? 6 : 0, Math.floor(next() * bytes.length));
      expect(allowed).toContain(outcome(run % 3 === 0 ? cut : bytes));
    }
  });

  it.each([
    '<',
    '[',
    '(',
    '{\\',
    '&',
    '<v ',
    '00:00:01 --> ',
    '- ',
    '♪',
    '\n\n',
    '0:',
    'A',
    ' ',
    ':1',
    'JOHN ',
    '<rt>',
  ])('200,000 characters of %j end', (unit) => {
    const body = unit.repeat(200_000 / unit.length);
    expect(allowed).toContain(outcome(utf8(`1\n00:00:01,000 --> 00:00:03,000\n${body}`)));
    expect(allowed).toContain(outcome(utf8(body)));
  });
});
