import { describe, expect, it } from 'vitest';
import { measurePitch } from '@octavia/pipeline/audio/f0';
import type { Pcm } from '@octavia/pipeline/media-types';
import type { Engines, SpeakRequest, Synthesiser } from '@octavia/pipeline/ports';
import { nowhere, starter } from '../support/models/starter.ts';
import { wordErrorRate } from '@octavia/pipeline/language/word-error-rate';

const SENTENCE = 'We have to finish this work before the end of the week.';
const SPANISH = 'Buenos días, me llamo Ana y vivo en una casa pequeña cerca del mar.';
const never = new AbortController().signal;

/** English speech at 16 kHz, made on the spot. */
async function englishSpeech(engines: Engines, text: string): Promise<Float32Array> {
  const flite = await engines.synthesiser(starter('flite'), never);
  try {
    const voice = flite.voices('en').find(({ id }) => id === 'awb');
    if (voice === undefined) throw new Error('flite has no voice awb');
    return mono(await flite.speak({ text, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 }, never));
  } finally {
    await flite.close();
  }
}

function mono(pcm: Pcm): Float32Array {
  return pcm.channels[0] ?? new Float32Array();
}

function seconds(pcm: Pcm): number {
  return mono(pcm).length / pcm.sampleRate;
}

function request(espeak: Synthesiser, text: string, change: Partial<SpeakRequest> = {}): SpeakRequest {
  const voice = espeak.voices('es').find(({ gender }) => gender === 'female');
  if (voice === undefined) throw new Error('eSpeak has no Spanish voice');
  return { text, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1, ...change };
}

/** What every host's engines keep. */
export function enginesSuite(host: string, engines: () => Engines): void {
  describe(`engines, ${host}`, () => {
    listening(engines);
    speaking(engines);
    stretching(engines);
  });
}

function listening(engines: () => Engines): void {
  it('understands clear English, with words in order and within the sound', async () => {
    const speech = await englishSpeech(engines(), SENTENCE);
    const recogniser = await engines().recogniser(starter('pocketsphinx-en-us'), never);
    try {
      const [words = []] = await recogniser.recognise([speech], 'en', never);
      const text = words.map((word) => word.text).join(' ');
      expect(wordErrorRate(SENTENCE, text)).toBeLessThanOrEqual(0.05);
      for (const [index, word] of words.entries()) {
        expect(word.end).toBeGreaterThan(word.start);
        expect(word.start).toBeGreaterThanOrEqual(words[index - 1]?.end ?? 0);
        expect(word.end).toBeLessThanOrEqual(speech.length / 16_000 + 0.02);
      }
      const again = await recogniser.recognise([speech], 'en', never);
      expect(again).toEqual([words]);
    } finally {
      await recogniser.close();
    }
  });

  it('stops recognition at once when aborted, and goes on to work', async () => {
    const speech = await englishSpeech(engines(), SENTENCE);
    const recogniser = await engines().recogniser(starter('pocketsphinx-en-us'), never);
    try {
      const stop = new AbortController();
      const running = recogniser.recognise([speech], 'en', stop.signal);
      const refused = expect(running).rejects.toMatchObject({ code: 'job.cancelled' });
      setTimeout(() => stop.abort(), 50);
      await refused;
      expect((await recogniser.recognise([speech], 'en', never))[0]?.length).toBeGreaterThan(5);
      const last = expect(recogniser.recognise([speech], 'en', never)).rejects.toMatchObject({
        code: 'job.cancelled',
      });
      await recogniser.close();
      await last;
    } finally {
      await recogniser.close();
    }
  });
}

function speaking(engines: () => Engines): void {
  it('speaks Spanish at the wished pace and pitch, the same each time', async () => {
    const espeak = await engines().synthesiser(starter('espeak-ng'), never);
    try {
      const normal = await espeak.speak(request(espeak, SPANISH), never);
      expect(normal.sampleRate).toBe(22_050);
      expect(seconds(normal)).toBeGreaterThan(2);
      const quick = await espeak.speak(request(espeak, SPANISH, { pace: 1.25 }), never);
      expect(seconds(normal) / seconds(quick)).toBeCloseTo(1.25, 1);
      const low = await espeak.speak(request(espeak, SPANISH, { medianF0: 170 }), never);
      const pitch = measurePitch([mono(low)], low.sampleRate);
      expect(Math.abs((pitch?.median ?? 0) / 170 - 1)).toBeLessThan(0.08);
      expect(await espeak.speak(request(espeak, SPANISH), never)).toEqual(normal);
    } finally {
      await espeak.close();
    }
  });

  it('has every regional voice that it offers', async () => {
    const espeak = await engines().synthesiser(starter('espeak-ng'), never);
    try {
      for (const language of ['en-GB', 'en-US', 'es-MX', 'pt-BR', 'fr-CH']) {
        const [voice] = espeak.voices(language);
        if (voice === undefined) throw new Error(`no voice for ${language}`);
        const spoken = await espeak.speak(request(espeak, 'Radio.', { voice }), never);
        expect(seconds(spoken), language).toBeGreaterThan(0.2);
      }
    } finally {
      await espeak.close();
    }
  });

  it('reads a line as text, whatever it looks like', async () => {
    const espeak = await engines().synthesiser(starter('espeak-ng'), never);
    try {
      const plain = await espeak.speak(request(espeak, 'Hola mundo.'), never);
      const marked = await espeak.speak(request(espeak, 'Hola <break time="5s"/> mundo.'), never);
      expect(seconds(marked)).toBeLessThan(seconds(plain) + 4);
      const odd = await espeak.speak(request(espeak, '3 < 5 & [[h@l]] \u0000 50 % 😀'), never);
      expect(seconds(odd)).toBeGreaterThan(1);
      expect(espeak.voices('tlh')).toEqual([]);
    } finally {
      await espeak.close();
    }
  });
}

function stretching(engines: () => Engines): void {
  it('changes the tempo and keeps the pitch', async () => {
    const speech = await englishSpeech(engines(), SENTENCE);
    const sonic = await engines().stretcher(starter('sonic'), never);
    try {
      for (const tempo of [0.85, 1.25]) {
        const stretched = await sonic.stretch(speech, 16_000, tempo);
        expect(speech.length / stretched.length).toBeCloseTo(tempo, 1);
        const [before, after] = [speech, stretched].map(
          (sound) => measurePitch([sound], 16_000)?.median ?? 0,
        );
        expect(Math.abs((after ?? 0) / (before ?? 1) - 1)).toBeLessThan(0.04);
      }
    } finally {
      await sonic.close();
    }
  });

  it('says which model failed to start', async () => {
    await expect(engines().stretcher(nowhere(), never)).rejects.toMatchObject({ code: 'model.missing' });
  });
}
