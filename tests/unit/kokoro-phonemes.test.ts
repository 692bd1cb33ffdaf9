import { beforeAll, describe, expect, it } from 'vitest';
import { modelFilePath, pinnedFile } from '@octavia/pipeline/catalogue';
import { openPhonemiser, type Phonemiser } from '@octavia/pipeline/families/espeak-ng/engine';
import { kokoroParts, kokoroPhonemes } from '@octavia/pipeline/families/kokoro/phonemes';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { starter } from '../support/models/starter.ts';

const folder = new URL('../../static/models/', import.meta.url);
/** The letters of onnx-community/Kokoro-82M-v1.0-ONNX's tokenizer.json that English and Romance speech may need. */
const KNOWN =
  /^[;:,.!?—…"() \u0303ʣʦAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçðʤəɛɜɟɡɥɪɯŋɲøθœɹɾʁʃʈʧʊʌɣʎʒʔˈˌːʰᵻ]*$/u;

let phonemiser: Phonemiser;
beforeAll(async () => {
  const espeak = starter('espeak-ng');
  const address = new URL(modelFilePath(espeak, pinnedFile(espeak, 'espeak-ng.mjs')), folder);
  const { default: glue } = (await import(address.href)) as { default: unknown };
  const data = await createModelFiles(folder.pathname).read(
    espeak,
    'espeak-ng.data',
    new AbortController().signal,
  );
  phonemiser = await openPhonemiser(glue, { 'espeak-ng.data': data });
});
const read = (id: string, text: string): string => kokoroPhonemes(text, { id, language: '' }, phonemiser);

describe('what Kokoro is given to read', () => {
  it('has a borrowed voice read another language than its own', () => {
    const voice = { id: 'ef_dora', language: 'de', accent: 'es' };
    const said = kokoroPhonemes('Guten Morgen, ich heiße Anna.', voice, phonemiser);
    expect(said).toBe('ɡˈuːtən mˈɔɾɡən, ɪç hˈIsə ˈanɑː.');
    expect(said).toMatch(KNOWN);
  });

  it.each([
    // As misaki's README has its fallback to eSpeak, but for hˈændəld: the table of today makes ᵊl of əl.
    ['af_heart', 'Now words are handled by espeak.', 'nˈW wˈɜɹdz ɑɹ hˈændᵊld bI ˈispik.'],
    [
      'af_heart',
      'Hello world! The little boy has left his model.',
      'həlˈO wˈɜɹld! ðə lˈɪTᵊl bˈY həz lˈɛft hɪz mˈɑdᵊl.',
    ],
    ['bf_emma', 'Hello world! The boat near there was poor.', 'həlˈQ wˈɜːld! ðə bˈQt nˌɪə ðɛːwˌɒz pˈʊə.'],
    ['ef_dora', '¿Qué tal estás? Quiero mucho a mi perro.', 'kˈe tˈal estˈas? kjˈeɾo mˈuʧo a mi pˈero.'],
    ['ff_siwis', 'Bonjour, je vous aime beaucoup !', 'bɔ̃ʒˈuʁ, ʒə vuz ˈɛm bokˈu!'],
    ['if_sara', 'Ciao, gli amici mangiano una pizza.', 'ʧˈao, ʎɪ amˈiʧɪ mˈanʤano ˌʊna pˈiʦːa.'],
    ['pf_dora', 'Não, muito obrigado.', 'nˈɐ̃ʊ̃, mwˈiŋtw ˌobriɡˈadʊ.'],
    ['hf_alpha', 'नमस्ते दुनिया। आप कैसे हैं?', 'nəmˈʌsteː dˈʊnɪjˌaː. ˌaːp kˈɛːseː hɛ̃?'],
  ])('%s: %s', (voice, text, phonemes) => {
    const said = read(voice, text);
    expect(said).toBe(phonemes);
    expect(said).toMatch(KNOWN);
  });

  it('keeps the marks where they part words, and full stops within a sentence to the words', () => {
    const said = read(
      'am_puck',
      'He said, "Dr. Smith, it costs 3.5 dollars in the U.S. now—or more..." (Really?)',
    );
    expect(said.replace(/[^,.!?…—"()]/g, '')).toBe(',",—…"(?)');
    expect(said).toContain('"dˈɑktəɹ smˈɪθ, ');
    expect(said).toContain(' — ');
    // A word that eSpeak reads as English has no flags left.
    expect(read('ff_siwis', 'Le weekend !')).toBe('lə wiːkˈɛnd!');
    expect(read('ef_dora', '')).toBe('');
  });

  it('is divided between sentences, else between clauses, else between words', () => {
    const sentence = 'abc def, ghi jkl.';
    const long = Array(8).fill(sentence).join(' ');
    for (const [text, end] of [
      [long, /\.$/],
      [long.replaceAll('.', ','), /,$/],
      [long.replace(/[.,]/g, ''), /l$|c$|f$|i$/],
    ] as const) {
      const parts = kokoroParts(text, 60);
      expect(parts.join(' ')).toBe(text);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(60);
        expect(part.length).toBeGreaterThan(15);
        expect(part).toMatch(end);
      }
    }
    expect(kokoroParts(sentence, 60)).toEqual([sentence]);
    expect(kokoroParts('a'.repeat(100), 60)).toEqual(['a'.repeat(50), 'a'.repeat(50)]);
  });
});
