import { decoded } from '@octavia/pipeline/subtitles/dos';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { toldLanguage } from '@octavia/pipeline/language/told';
import { describe, expect, it } from 'vitest';

/** Bytes of a text in an encoding of one or two bytes a character, by looking each up in its decoder. */
function encode(label: string, text: string): Uint8Array {
  const codes = new Map<string, number[]>();
  const know = (bytes: number[]) => {
    const character = decoded(label, Uint8Array.from(bytes));
    if (!character.includes('�') && [...character].length === 1 && !codes.has(character))
      codes.set(character, bytes);
  };
  for (let first = 0; first < 256; first++) know([first]);
  for (let first = 0x81; first < 0xff; first++)
    for (let second = 0x40; second < 0xff; second++) know([first, second]);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = codes.get(character);
      if (bytes === undefined) throw new Error(`${label} has no ${character}`);
      return bytes;
    }),
  );
}

describe('encodings told by their content', () => {
  it.each([
    ['gb18030', '早上好，欢迎来到我们的节目。这座房子非常古老。'],
    ['big5', '早安，歡迎來到我們的節目。這座房子非常古老。'],
    ['shift_jis', 'おはようございます。この家はとても古いです。'],
    ['euc-jp', 'おはようございます。この家はとても古いです。'],
    ['euc-kr', '안녕하세요. 이 집은 아주 오래되었습니다.'],
    ['windows-1253', 'Καλημέρα, καλώς ήρθατε. Το σπίτι είναι πολύ παλιό.'],
    ['windows-1254', 'Günaydın, hoş geldiniz. Bu ev çok eski, değil mi?'],
    ['windows-1255', 'בוקר טוב, ברוכים הבאים. הבית הזה ישן מאוד.'],
    ['windows-1256', 'صباح الخير، أهلا بكم. البيت قديم جدا.'],
    ['windows-1257', 'Labas rytas, sveiki atvykę. Šis namas labai senas.'],
    ['windows-874', 'บ้านหลังนี้เก่ามาก เราซื้อเมื่อปีที่แล้ว'],
    ['koi8-r', 'Доброе утро, друзья. Этот дом очень старый.'],
    ['ibm866', 'Доброе утро, друзья. Этот дом очень старый.'],
    ['iso-8859-5', 'Доброе утро, друзья. Этот дом очень старый.'],
    ['x-mac-cyrillic', 'Доброе утро, друзья. Этот дом очень старый.'],
    ['iso-8859-15', 'Le cœur a ses raisons, et ma sœur est très heureuse.'],
    ['ibm850', 'Guten Morgen, willkommen in unserem schönen Haus. Wo wärst du lieber?'],
    ['ibm852', 'Dzień dobry, witajcie w naszym domu. Myślę, że powinniśmy już iść.'],
    ['windows-1250', 'Dobrý den, vítejte. Ten dům je velmi starý, koupili jsme ho loni v létě.'],
    ['windows-1252', 'La maison est très vieille, nous l’avons achetée l’année dernière.'],
  ])('%s', (label, text) => {
    const { cues, encoding } = readSubtitles(
      'a.srt',
      encode(label, `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`),
    );
    expect(cues.map((cue) => cue.text)).toEqual([text]);
    expect(encoding).toBe(label);
  });

  it('takes the user’s word where bytes could be either', () => {
    const bytes = encode('windows-1251', '1\n00:00:01,000 --> 00:00:02,000\nДа.\n');
    expect(readSubtitles('a.srt', bytes, { language: 'ru' }).cues[0]?.text).toBe('Да.');
  });

  it('refuses what looks like words in none', () => {
    const bytes = Uint8Array.from(
      [...'1\n00:00:01,000 --> 00:00:02,000\n']
        .map((char) => char.charCodeAt(0))
        .concat([0xfe, 0x80, 0xff, 0x81, 0xa0, 0xff, 0x8d, 0xfe, 0x90, 0x9d]),
    );
    expect(() => readSubtitles('a.srt', bytes)).toThrow(
      expect.objectContaining({ code: 'subtitles.encoding' }),
    );
  });
});

describe('the language of a few words', () => {
  it.each([
    ['Hello.\nYes.\nNo.', ['en', 'es'], 'en'],
    ['John!\nMary!', ['en', 'es'], 'en'],
    ['Python 3.11\nInstala Docker.', ['es'], 'es'],
    ['Hola.\nSí.\nNo.', ['en', 'es'], 'es'],
    ['Oui.\nNon.\nMerci.', ['en', 'es'], 'fr'],
    ['Ja.\nNein.\nDanke.', [], 'de'],
    ['Olá.\nTudo bem?', [], 'pt'],
    ['Ciao.\nCome stai?', [], 'it'],
    ['Wait!\nStop!', [], 'en'],
  ])('%j, with %j expected, is %s', (text, expected, language) => {
    expect(toldLanguage(text, expected)?.language).toBe(language);
  });

  it('is not guessed at when nothing tells and nothing is expected', () => {
    expect(toldLanguage('John!\nMary!', [])).toBeUndefined();
  });

  it('is a guess when only expectation tells', () => {
    expect(toldLanguage('Amen.', ['en'])?.confidence).toBeLessThan(0.5);
  });
});
