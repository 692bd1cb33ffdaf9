import { detectSpeech } from '@octavia/pipeline/stages/vad/detect-speech';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { speechClip } from '../fixtures/clip.ts';
import { bestOf, model, withHost } from './host.ts';
import type { Bench } from './measure.ts';
import { decoded } from '../support/sound/decoded.ts';
import { mono } from '../support/sound/in-memory.ts';

const TEXT = 'Pregunten qué pueden hacer por su país, y esperen la respuesta hasta mañana por la mañana.';

/** Seconds of work per second of sound, in Node. Bars: what was measured by hand on 2 cores, with room. */
export const bench: Bench = (signal) =>
  withHost(async (host) => {
    const file = await openDiskFile((await speechClip(60)).video);
    const want = { track: 0, sampleRate: 16_000, channels: 1 };
    const sound = (await decoded(host.media, file, want, signal)).channels[0] ?? new Float32Array();
    const vad = await bestOf(2, () =>
      detectSpeech(host, model(host, 'silero-vad'), mono(sound, 16_000), signal),
    );

    const speech = sound.slice(0, 15 * 16_000);
    const recogniser = await host.engines.recogniser(model(host, 'pocketsphinx-en-us'), signal);
    const recognise = await bestOf(1, () => recogniser.recognise([speech], 'en', signal));
    await recogniser.close();

    const synthesiser = await host.engines.synthesiser(model(host, 'espeak-ng'), signal);
    const [voice] = synthesiser.voices('es');
    if (voice === undefined) throw new Error('eSpeak NG has no Spanish voice.');
    let spoken = 0;
    const synthesise = await bestOf(3, async () => {
      const request = { text: TEXT, voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 };
      const { channels, sampleRate } = await synthesiser.speak(request, signal);
      spoken = (channels[0]?.length ?? 0) / sampleRate;
    });
    await synthesiser.close();
    return [
      { name: 'Silero VAD, of real time', value: vad / 60, unit: '×', atMost: 0.05 },
      { name: 'PocketSphinx, of real time', value: recognise / 15, unit: '×', atMost: 1.5 },
      { name: 'eSpeak NG, of real time', value: synthesise / spoken, unit: '×', atMost: 0.1 },
    ];
  });
