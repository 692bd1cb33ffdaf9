import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ModelEntry } from '@octavia/pipeline/catalogue';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import type { Engines } from '@octavia/pipeline/ports';
import { engineHost } from '../../gpu-worker/adapters/engines.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { melody, tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { starter } from '../support/models/starter.ts';
import { childrenOf } from '../support/services/processes.ts';
import { HUB_VOICES } from './hub-voices.suite.ts';

/** Of each runtime; OCTAVIA_ABORTS=100 is the long form. */
const ABORTS = Number(process.env['OCTAVIA_ABORTS'] ?? 3);
const folder = new URL('../../static/models', import.meta.url).pathname;
const never = new AbortController().signal;
const whisper = tinyWhisper();
const models = [whisper, ...HUB_VOICES];
const host = engineHost(filesOf(models, createModelFiles(folder)), folder);
const engines = hostEngines(host);
const tone = Float32Array.from({ length: 48_000 }, (_, i) => 0.4 * Math.sin(i / 12));

/** One engine from its start to its end, with a call between. */
type Life = (signal: AbortSignal) => Promise<void>;

const hear =
  (model: ModelEntry, sound: Float32Array): Life =>
  async (signal) => {
    const recogniser = await engines.recogniser(model, signal);
    try {
      await recogniser.recognise([sound], 'en', signal);
    } finally {
      await recogniser.close();
    }
  };

const say =
  (model: ModelEntry, language: string): Life =>
  async (signal) => {
    const phonemiser = model.phonemiser === undefined ? undefined : starter(model.phonemiser);
    const synthesiser = await engines.synthesiser(model, signal, phonemiser);
    try {
      const reference = { sampleRate: 16_000, channels: [tone] };
      const voice =
        synthesiser.voices(language)[0] ?? (await synthesiser.clone?.(reference, language, signal));
      if (voice === undefined) throw new Error(`${model.id} has no voice`);
      await synthesiser.speak({ text: 'la le li', voice, pace: 1, medianF0: 200, f0Range: 1 }, signal);
    } finally {
      await synthesiser.close();
    }
  };

/** A stretcher takes no signal in its calls: it is closed in the middle of one. */
const stretch: Life = async (signal) => {
  const stretcher = await engines.stretcher(starter('sonic'), signal);
  const close = () => void stretcher.close();
  signal.addEventListener('abort', close);
  try {
    await stretcher.stretch(tone, 16_000, 1.25);
  } finally {
    await stretcher.close();
  }
};

const LIVES: readonly (readonly [string, Life])[] = [
  ['whisper', hear(whisper.entry, melody('ba de so'))],
  ['pocketsphinx', hear(starter('pocketsphinx-en-us'), tone)],
  ...HUB_VOICES.map(({ entry }): [string, Life] => [entry.id, say(entry, entry.languages.target?.[0] ?? '')]),
  ['espeak', say(starter('espeak-ng'), 'es')],
  ['flite', say(starter('flite'), 'en')],
  ['sonic', stretch],
];

const nothingRuns = () => expect.poll(() => childrenOf(process.pid)).toEqual([]);

describe('an engine that is ended', () => {
  it.each(LIVES)('%s: at any moment, and nothing is left of it', async (_, live) => {
    const began = performance.now();
    await live(never);
    const whole = performance.now() - began;
    for (let index = 0; index < ABORTS; index++) {
      const stop = new AbortController();
      const lived = live(stop.signal).then(
        () => 'done',
        (thrown: unknown) => thrown,
      );
      await sleep(((index + Math.random()) / ABORTS) * whole);
      stop.abort();
      const outcome = await lived;
      if (outcome !== 'done') expect(outcome).toMatchObject({ code: 'job.cancelled' });
      await nothingRuns();
    }
    await live(never);
    await nothingRuns();
  });

  it('has a bad graph: says so as often as it is tried, and ends', async () => {
    for (const path of Object.keys(whisper.files).filter((name) => name.endsWith('.onnx'))) {
      const files = { ...whisper.files, [path]: new Uint8Array(1000) };
      const broken = hostEngines({ ...host, models: filesOf([{ ...whisper, files }]) });
      for (let times = 0; times < 2; times++) {
        await expect(broken.recogniser(whisper.entry, never)).rejects.toMatchObject({ code: 'model.failed' });
      }
      await nothingRuns();
    }
  });
});

describe('an engine that ends', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'by %s: is started again, does the call again and says so',
    async (signal) => {
      const told: string[] = [];
      // A clock that runs a hundred times too fast, but only while nothing can come.
      let fast = false;
      const every = (seconds: number, tick: () => void) => host.every(seconds / 100, () => fast && tick());
      const quick: Engines = hostEngines({ ...host, every });
      const espeak = await quick.synthesiser(starter('espeak-ng'), never, undefined, (why) => {
        fast = false;
        told.push(why);
      });
      try {
        const [voice] = espeak.voices('es');
        if (voice === undefined) throw new Error('eSpeak has no Spanish voice');
        const request = { text: 'Buenos días.', voice, pace: 1, medianF0: voice.medianF0, f0Range: 1 };
        const before = await espeak.speak(request, never);
        const [pid, ...others] = childrenOf(process.pid);
        expect(others).toEqual([]);
        process.kill(pid ?? 0, signal);
        fast = true;
        fast = true;
        expect(await espeak.speak(request, never)).toEqual(before);
        expect(told).toEqual([
          expect.stringMatching(signal === 'SIGKILL' ? /SIGKILL/ : /did not respond within \d+ s/),
        ]);
        expect(childrenOf(process.pid)).not.toContain(pid);
      } finally {
        await espeak.close();
      }
      await nothingRuns();
    },
  );
});
