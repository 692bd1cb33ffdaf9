import { describe, expect, it } from 'vitest';
import { ERRORS } from '@octavia/pipeline/error-codes';
import { inkOn } from '../../src/lib/embed/colour.ts';
import { envelope, readFromFrame, readFromPage, type ToPage } from '../../src/lib/embed/contract.ts';
import { filesFor } from '../../src/lib/embed/files.ts';
import { readParameters } from '../../src/lib/embed/parameters.ts';
import { errorText, filled, textsFor } from '../../src/lib/embed/texts.ts';
import { frameSnippet, snippet } from '../../src/lib/embed/snippet.ts';

const BASE = 'https://octavia.example/';
const read = (query: string) => readParameters(new URLSearchParams(query), BASE);

describe('the messages of an embed', () => {
  const messages: readonly ToPage[] = [
    { type: 'ready', languages: ['es'], ignored: [] },
    { type: 'start', to: 'es', made: 'here' },
    { type: 'progress', fraction: 0.5, bytes: 1000 },
    { type: 'done', to: 'es', made: 'ready' },
    { type: 'error', code: 'embed.missing', message: 'It is gone.' },
    { type: 'cta' },
    { type: 'height', pixels: 400 },
  ];

  it.each(messages)('$type arrives as it was sent', (message) => {
    expect(readFromFrame(structuredClone(envelope(message)))).toEqual(message);
  });

  it.each([
    null,
    'ready',
    { type: 'ready' },
    { octavia: 2, message: { type: 'cta' } },
    { octavia: 1, message: { type: 'unknown' } },
    { octavia: 1, message: { type: 'height', pixels: -1 } },
    { octavia: 1, message: { type: 'progress', fraction: 'half', bytes: 0 } },
    { octavia: 1, message: { type: 'done', to: 'es', made: 'elsewhere' } },
  ])('%j is not one', (data) => {
    expect(readFromFrame(data)).toBeUndefined();
    expect(readFromPage(data)).toBeUndefined();
  });

  it('a page says how the frame is to look', () => {
    const look = { theme: 'dark', accent: '#123456', lang: 'de' } as const;
    expect(readFromPage(envelope({ type: 'look', ...look }))).toMatchObject(look);
    expect(
      readFromPage({ octavia: 1, message: { type: 'look', theme: 'pink', lang: 'de' } }),
    ).toBeUndefined();
  });
});

describe('the parameters of an embed', () => {
  it('without any the demo is shown', () => {
    expect(read('')).toMatchObject({ files: 'demo', from: 'auto', theme: 'auto', mode: 'auto', ignored: [] });
  });

  it('names what it does not know or cannot use, and goes on', () => {
    const found = read('src=/a.mp4&to=es,!&theme=pink&accent=red&mode=no&cta=|&colour=1');
    expect(found.files).toMatchObject({ src: `${BASE}a.mp4` });
    expect(found.to).toEqual(['es', 'fr', 'de']);
    expect([...found.ignored].sort()).toEqual(['accent', 'colour', 'cta', 'mode', 'theme', 'to']);
  });

  it.each(['javascript:alert(1)', 'data:video/mp4,a', 'https://'])('takes no clip from %s', (src) => {
    expect(read(`src=${encodeURIComponent(src)}`)).toMatchObject({ files: undefined, ignored: ['src'] });
  });

  it('puts the language into the addresses of the files', () => {
    const { files } = read(
      'src=https://a.example/v.mp4&ready=https://a.example/v.{to}.mp4&subtitles=/v.{to}.srt',
    );
    expect(filesFor(files ?? 'demo', 'fr', BASE)).toEqual({
      src: 'https://a.example/v.mp4',
      poster: undefined,
      ready: 'https://a.example/v.fr.mp4',
      subtitles: `${BASE}v.fr.srt`,
    });
  });

  it('reads a button with and without its address', () => {
    expect(read('cta=Start').cta).toEqual({ text: 'Start', address: undefined });
    expect(read('cta=Start | https://a.example/').cta).toEqual({
      text: 'Start',
      address: 'https://a.example/',
    });
    expect(read('cta=Start | javascript:1').cta).toBeUndefined();
  });
});

describe('what an embed says', () => {
  it.each(['en', 'es', 'fr', 'de', 'pt', 'it'])('has words for every error in %s', (lang) => {
    const texts = textsFor(`${lang}-XX`);
    for (const code of Object.keys(ERRORS)) expect(errorText(texts, code)).not.toBe('');
    expect(filled(texts.dub, { language: 'X' })).toContain('X');
    expect(filled(texts.dubbing, { percent: '5 %', size: '3 MB' })).toMatch(/5 %.*3 MB/);
  });

  it('speaks English where it does not know the language', () => {
    expect(textsFor('ar').stop).toBe('Stop');
  });

  it('writes in black on a light accent and in white on a dark one', () => {
    expect([inkOn('#fff'), inkOn('#ffcc00'), inkOn('#003366'), inkOn('#000')]).toEqual([
      '#000',
      '#000',
      '#fff',
      '#fff',
    ]);
  });
});

describe('the code for a site', () => {
  const choices = {
    ...{ src: 'https://a.example/v.mp4?a=1&b=2', poster: '', subtitles: '', ready: '', from: '', to: 'es' },
    ...{ theme: '', accent: '', lang: '', mode: '', cta: 'Say "hi"' },
  };

  it('holds what was chosen, escaped, and the room the embed takes', () => {
    const code = snippet('https://octavia.example', choices);
    expect(code).toContain('src="https://octavia.example/embed.js"');
    expect(code).toContain('src="https://a.example/v.mp4?a=1&amp;b=2" to="es" cta="Say &quot;hi&quot;"');
    expect(code).toContain('aspect-ratio:16/9;padding-bottom:112px');
  });

  it('can do without a script', () => {
    const address = /src="([^"]*)"/.exec(frameSnippet('https://octavia.example', choices))?.[1] ?? '';
    const found = readParameters(new URL(address.replaceAll('&amp;', '&')).searchParams, BASE);
    expect(found).toMatchObject({
      files: { src: choices.src },
      to: ['es'],
      cta: { text: 'Say "hi"' },
      ignored: [],
    });
  });
});
