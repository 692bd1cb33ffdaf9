import { modelsFor, phonemiserOf, type ModelEntry } from '../../catalogue.ts';
import type { DubRequest } from '../../job.ts';
import type { FittedSpeech, Line, TranslatedLine } from '../../media-types.ts';
import type { Clock, Store, Stretcher } from '../../ports.ts';
import { servedBy, type Run } from '../../run.ts';
import { synthesiseAndFit, type SpeakWith } from '../fit/speak-lines.ts';
import { translate } from '../translate/translate.ts';
import { chooseVoices, mismatched, type SpeakerVoice } from './voices.ts';
import { openCloned } from './clone.ts';
import { LISTEN_RATE, type Heard } from '../recognise/index.ts';
import type { DubModels } from '../../prepare.ts';

/** The transcript in the target language, the user's edits applied. */
export async function translateLines(
  run: Run<DubRequest>,
  heard: Heard,
  model: ModelEntry | undefined,
): Promise<readonly TranslatedLine[]> {
  const { lines } = heard.transcript;
  const translated = model === undefined ? asTheyAre(run, lines) : await runModel(run, heard, model);
  const edits = run.request.edits ?? {};
  return translated.map((line) => {
    const edit = edits[line.id]?.trim();
    const spoken = edit ? { id: line.id, candidates: [edit], notes: [] } : line;
    const source = lines.find(({ id }) => id === line.id);
    if (source !== undefined) {
      const { id, start, end, text } = source;
      run.emit({ type: 'line', id, start, end, sourceText: text, targetText: spoken.candidates[0] });
    }
    return spoken;
  });
}

function asTheyAre(run: Run, lines: readonly Line[]): TranslatedLine[] {
  run.skip('translate');
  return lines.map(({ id, text }) => ({ id, candidates: [text], notes: [] }));
}

async function runModel(
  run: Run<DubRequest>,
  heard: Heard,
  model: ModelEntry,
): Promise<readonly TranslatedLine[]> {
  const { target, glossary, doNotTranslate } = run.request;
  const { transcript, seconds } = heard;
  const slots = slotSeconds(transcript.lines, seconds);
  const want = {
    source: transcript.language,
    target,
    ...(glossary && { glossary }),
    ...(doNotTranslate && { doNotTranslate }),
    secondsFor: (line: Line) => slots.get(line.id) ?? line.end - line.start,
  };
  return run.stage('translate', async (onProgress) => {
    const texts = transcript.lines.map(({ id, text }) => [id, text, slots.get(id)]);
    const inputs = [texts, transcript.language, target, glossary, doNotTranslate, model.id, model.revision];
    const done = await run.remembered('translation', inputs, () =>
      translate(run.host, model, transcript, want, run.signal, { onProgress }),
    );
    return [done.lines, { model, device: done.device }];
  });
}

/** Every line spoken and placed in time. */
export async function speakLines(
  run: Run<DubRequest>,
  heard: Heard,
  translation: readonly TranslatedLine[],
  models: Pick<DubModels, 'synthesise' | 'stretch' | 'cloning'>,
): Promise<readonly FittedSpeech[]> {
  const { host, signal, request } = run;
  const { cloning } = models;
  if (request.voice.kind === 'clone' && cloning === undefined) {
    run.warn('voice.clone_unavailable', 'No installed model clones voices; a matching one speaks.');
  }
  let stretching = 0;
  const fitted = await run.stage('synthesise', async (progress) => {
    const { synthesise: model } = models;
    const phonemiser = phonemiserOf(host.catalogue, model);
    const synthesiser = await host.engines.synthesiser(model, signal, phonemiser);
    try {
      const stretcher = await host.engines.stretcher(models.stretch, signal);
      try {
        const { lines } = heard.transcript;
        const { target, voice } = request;
        const timed = timing(stretcher, host.clock, (seconds) => (stretching += seconds));
        const say = (
          voices: readonly SpeakerVoice[],
          with_: Pick<SpeakWith, 'synthesiser' | 'model' | 'cache'>,
        ) => {
          warnOfMismatch(run, voices);
          const job = { lines, translations: translation, voices, fileSeconds: heard.seconds };
          const tools = { ...with_, stretcher: timed };
          return synthesiseAndFit(job, tools, signal, (_line, fraction) => progress(fraction));
        };
        if (cloning !== undefined) {
          const cloned = await openCloned(run, heard, cloning, synthesiser, jobStore(run));
          try {
            const spoken = cloned.noted(await say(cloned.voices, { ...cloned, model: cloning.clone }));
            warnOfFallbacks(run, spoken);
            cloned.tellFallbacks();
            run.tellFallback(servedBy(models.synthesise, synthesiser));
            return [spoken, servedBy(cloning.clone, cloned.synthesiser)];
          } finally {
            await cloned.close();
          }
        }
        warnOfOtherPack(run, model);
        const voices = chooseVoices(lines, heard.speech, LISTEN_RATE, synthesiser, target, voice);
        const spoken = await say(voices, { synthesiser, model, cache: jobStore(run) });
        return [spoken, servedBy(model, synthesiser)];
      } finally {
        await stretcher.close();
      }
    } finally {
      await synthesiser.close();
    }
  });
  run.within('fit', { model: models.stretch }, stretching);
  return fitted;
}

function warnOfMismatch(run: Run<DubRequest>, voices: readonly SpeakerVoice[]): void {
  for (const { speaker, soundsLike } of mismatched(voices)) {
    const [has, sounds] = soundsLike === 'male' ? ["women's", 'a man'] : ["men's", 'a woman'];
    run.warn(
      'voice.mismatch',
      `There are only ${has} voices for "${run.request.target}", and ${speaker} sounds like ${sounds}.`,
    );
  }
}

/** Says so when a pack that was asked for by name has no voice for the language. */
function warnOfOtherPack(run: Run<DubRequest>, model: ModelEntry): void {
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
    `${fallen} of ${spoken.length} lines came out wrong in the cloned voice and are said by another one.`,
  );
}

/** A stretcher that tells how long each call took. */
function timing(stretcher: Stretcher, clock: Clock, took: (seconds: number) => void): Stretcher {
  return {
    close: () => stretcher.close(),
    async stretch(samples, sampleRate, tempo) {
      const start = clock.now();
      const stretched = await stretcher.stretch(samples, sampleRate, tempo);
      took(clock.now() - start);
      return stretched;
    },
  };
}

/** The host's store, narrowed to this job. */
function jobStore({ host, request }: Run): Pick<Store, 'get' | 'put'> {
  return {
    get: (key) => host.store.get(`${request.jobId}/${key}`),
    put: (key, value) => host.store.put(`${request.jobId}/${key}`, value),
  };
}

/** Seconds each line may take at most: until the next line of its speaker begins, or the file ends. */
function slotSeconds(lines: readonly Line[], fileSeconds: number): ReadonlyMap<string, number> {
  return new Map(
    lines.map((line) => {
      const next = lines.find((other) => other.speaker === line.speaker && other.start > line.start);
      return [line.id, (next?.start ?? fileSeconds) - line.start];
    }),
  );
}
