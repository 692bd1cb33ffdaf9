import { describe, expect, it } from 'vitest';
import type { Line } from '@octavia/pipeline/media-types';
import { resample } from '@octavia/pipeline/audio/resample';
import { recognise } from '@octavia/pipeline/stages/recognise/recognise';
import { detectSpeech } from '@octavia/pipeline/stages/vad/detect-speech';
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { spokenSecond } from './inference.suite.ts';
import { starter } from '../support/models/starter.ts';
import { wordErrorRate } from '@octavia/pipeline/language/word-error-rate';
import { mono } from '../support/sound/in-memory.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;
const models = createModelFiles(folder);
const host = { inference: createInference(models), engines: createEngines(models, folder) };
const never = new AbortController().signal;

async function hear(speech: Float32Array): Promise<{ lines: readonly Line[]; told: Line[] }> {
  const told: Line[] = [];
  const sound = mono(speech, 16_000);
  const { spans } = await detectSpeech(host, starter('silero-vad'), sound, never);
  const model = starter('pocketsphinx-en-us');
  const onLine = (line: Line): number => told.push(line);
  const { transcript } = await recognise({ host, signal: never, onLine }, model, sound, spans, 'auto');
  return { lines: transcript.lines, told };
}

describe('from sound to lines', () => {
  it('gives a sentence with its times', async () => {
    const { lines, told } = await hear(await spokenSecond(host.engines));
    expect(lines).toHaveLength(1);
    expect(told).toEqual(lines);
    const [line] = lines;
    expect(line?.id).toBe('s0001');
    expect(line?.text).toMatch(/^[A-Z].*[.?]$/);
    expect(wordErrorRate('It is raining in the city today', line?.text ?? '')).toBeLessThan(0.3);
    expect(line?.start).toBeGreaterThan(1);
    expect(line?.start).toBeLessThan(1.3);
  });

  it('stops where Spanish is spoken and only English is understood', async () => {
    const spanish = await host.engines.synthesiser(starter('espeak-ng'), never);
    const voice = spanish.voices('es')[0];
    if (voice === undefined) throw new Error('there is no Spanish voice');
    const text =
      'Buenas noches y bienvenidos a nuestra visita por el casco antiguo. Por favor, permanezcan juntos y tengan cuidado con el tranvía.';
    const how = { voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 };
    const { channels, sampleRate } = await spanish.speak({ text, ...how }, never);
    await spanish.close();
    const speech = resample(channels[0] ?? new Float32Array(), sampleRate, 16_000);
    await expect(hear(speech)).rejects.toMatchObject({ code: 'language.unrecognised' });
  });
});
