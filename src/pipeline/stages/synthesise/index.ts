import { modelsFor, phonemiserOf, type ModelEntry } from '../../catalogue.ts';
import type { FittedSpeech } from '../../media-types.ts';
import { Opened } from '../../opened.ts';
import type { Store, Synthesiser } from '../../ports.ts';
import type { DubRun, Progress, Run } from '../../run.ts';
import { servedBy } from '../../warnings.ts';
import type { Heard } from '../diarise/index.ts';
import { openCloned } from './clone.ts';
import type { SpeechCache } from './speech-cache.ts';
import { chooseVoices, mismatched, type SpeakerVoice } from './voices.ts';

/** Who speaks, and with which engine. */
export interface Speaking {
  readonly synthesiser: Synthesiser;
  /** Names the synthesiser in the cache. */
  readonly model: ModelEntry;
  /** One per speaker. */
  readonly voices: readonly SpeakerVoice[];
  readonly cache: SpeechCache;
  /** Where the lines lie once they have their length. */
  readonly finished: SpeechCache;
}

/**
 * Opens the voices and speaks every line with them. A line spoken before is found by the hash of its inputs.
 * @param say says the lines; the next stage decides how fast (see fit)
 */
export async function synthesise(
  run: DubRun,
  heard: Heard,
  say: (speaking: Speaking, progress: Progress) => Promise<readonly FittedSpeech[]>,
): Promise<readonly FittedSpeech[]> {
  const { host, signal, request, models } = run;
  const { cloning, synthesise: model } = models;
  if (request.voice.kind === 'clone' && cloning === undefined) {
    run.warn('voice.clone_unavailable', 'No installed model can clone voices. A matching voice is used.');
  }
  return run.stage('synthesise', async (progress) => {
    await using opened = new Opened();
    const phonemiser = phonemiserOf(host.catalogue, model);
    const preset = opened.keep(await host.engines.synthesiser(model, signal, phonemiser));
    const cache = ofJob(run, host.store);
    const finished = ofJob(run, host.scratch);
    if (cloning === undefined) {
      const source = { lines: heard.transcript.lines, speech: heard.sound.speech };
      warnOfOtherPack(run, model);
      const voices = await chooseVoices(source, preset, request.target, request.voice);
      warnOfMismatch(run, voices);
      warnOfAccent(run, voices);
      const spoken = await say({ synthesiser: preset, model, voices, cache, finished }, progress);
      return [spoken, servedBy(model, preset)];
    }
    const cloned = opened.keep(await openCloned(run, heard, cloning, preset, { cache, finished }));
    warnOfMismatch(run, cloned.voices);
    const spoken = cloned.noted(await say({ ...cloned, model: cloning.clone }, progress));
    warnOfFallbacks(run, spoken);
    cloned.tellFallbacks();
    run.tellFallback(servedBy(model, preset));
    return [spoken, servedBy(cloning.clone, cloned.synthesiser)];
  });
}

function warnOfMismatch(run: DubRun, voices: readonly SpeakerVoice[]): void {
  for (const { speaker, soundsLike } of mismatched(voices)) {
    const [has, sounds] = soundsLike === 'male' ? ["women's", 'a man'] : ["men's", 'a woman'];
    run.warn(
      'voice.mismatch',
      `There are only ${has} voices for "${run.request.target}", and ${speaker} sounds like ${sounds}.`,
    );
  }
}

/** Warns when no voice was made for the language. */
function warnOfAccent({ request, warn }: DubRun, voices: readonly SpeakerVoice[]): void {
  const accent = voices.find(({ voice }) => voice.accent !== undefined)?.voice.accent;
  if (accent === undefined) return;
  const by = `voices made for "${accent}" speak it, with an accent`;
  warn('voice.accent', `There is no voice made for "${request.target}" here: ${by}.`);
}

/** Warns when a pack requested by name has no voice for the language. */
function warnOfOtherPack(run: DubRun, model: ModelEntry): void {
  const { pack, target } = run.request;
  if (pack === 'auto' || modelsFor(run.host.catalogue, pack, 'synthesise').some(({ id }) => id === model.id))
    return;
  run.warn('voice.other_pack', `The pack "${pack}" has no voice for "${target}": ${model.title} speaks.`);
}

function warnOfFallbacks(run: Run, spoken: readonly FittedSpeech[]): void {
  const fallen = spoken.filter(({ notes }) => notes.includes('voice.fallback')).length;
  if (fallen === 0) return;
  run.warn(
    'voice.fallback',
    `${fallen} of ${spoken.length} lines came out wrong in the cloned voice. Another voice says them.`,
  );
}

/** A store of the host, narrowed to this job. */
function ofJob({ request }: Run, store: Store): SpeechCache {
  return {
    get: (key) => store.get(`${request.jobId}/${key}`),
    put: (key, value) => store.put(`${request.jobId}/${key}`, value),
  };
}
