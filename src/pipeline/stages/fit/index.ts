import type { FittedSpeech, TranslatedLine } from '../../media-types.ts';
import { Opened } from '../../opened.ts';
import type { Clock, Stretcher } from '../../ports.ts';
import type { DubRun } from '../../run.ts';
import type { Heard } from '../diarise/index.ts';
import type { synthesise } from '../synthesise/index.ts';
import { synthesiseAndFit } from './speak-lines.ts';

/**
 * Every line spoken and placed in time. How fast a line is spoken depends on its room, so this stage calls `speak`
 * (from the stage before), line by line.
 */
export async function fit(
  run: DubRun,
  heard: Heard,
  translations: readonly TranslatedLine[],
  speak: typeof synthesise,
): Promise<readonly FittedSpeech[]> {
  const { host, signal, models } = run;
  let seconds = 0;
  const fitted = await speak(run, heard, async ({ voices, ...speaking }, progress) => {
    await using opened = new Opened();
    const stretcher = opened.keep(await host.engines.stretcher(models.stretch, signal));
    const timed = timing(stretcher, host.clock, (took) => (seconds += took));
    const { lines } = heard.transcript;
    const job = { lines, translations, voices, fileSeconds: heard.sound.seconds };
    const onLine = (_line: FittedSpeech, done: number): void => progress(done);
    return await synthesiseAndFit(job, { ...speaking, stretcher: timed }, signal, onLine);
  });
  run.within('fit', { model: models.stretch }, seconds);
  return fitted;
}

/** A stretcher that records how long each call took. */
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
