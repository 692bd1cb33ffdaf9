import { compact } from '@octavia/pipeline/compact';
import { toOctaviaError } from '@octavia/pipeline/errors';
import { basicLacking } from '@octavia/pipeline/packs/basic';
import { reasonOf } from '@octavia/pipeline/packs/outcome';
import { pull } from '@octavia/pipeline/packs/pull';
import { HUB_HOST } from '@octavia/pipeline/packs/source';
import type { Fetching } from '@octavia/server';
import { createModelFiles } from '../../adapters/models.ts';
import { readCatalogue } from '../../catalogue.ts';
import type { PackPlaces } from '../../packs/places.ts';
import { nodePullPlatform } from '../../packs/platform.ts';
import { modelsFolder } from '../call/places.ts';
import type { Terminal } from '../call/terminal.ts';
import { inWords, mayFetch } from './basic.ts';
import { sourceInWords } from './progress.ts';

/** The download of the basic pack, while the page is served with what is installed. */
export interface Background {
  now(): Omit<Fetching, 'stoppable'> | undefined;
  /** Stops it; what has arrived is kept for the next time. */
  stop(): void;
  readonly ended: Promise<void>;
}

/** Fetches the missing parts of the basic pack in the background. It reports a failure but never throws. */
export function fetchBasic(places: PackPlaces, terminal: Terminal): Background {
  const stop = new AbortController();
  const onStop = () => stop.abort();
  terminal.stopped.addEventListener('abort', onStop, { once: true });
  let now: Omit<Fetching, 'stoppable'> | undefined;
  const work = async () => {
    if (!mayFetch()) return;
    const catalogue = await readCatalogue(places);
    const files = createModelFiles(modelsFolder(), places);
    const models = await basicLacking({ catalogue, models: files });
    if (models.length === 0) return;
    terminal.say(`Fetching ${inWords(models)} in the background: it is much better than the starter.`);
    terminal.say('You can use the page in the meantime. A button on it, or OCTAVIA_FETCH=none, stops this.');
    now = {
      models: models.map(({ title }) => title),
      source: hostIn(places.host ?? HUB_HOST),
      bytes: 0,
      totalBytes: 0,
    };
    const options = compact({ host: places.host });
    await pull(models, nodePullPlatform(places), options, stop.signal, (event) => {
      if (event.type === 'source') {
        terminal.say(sourceInWords(event));
        if (now !== undefined) now = { ...now, source: event.next };
      } else if (event.type === 'progress' && now !== undefined) {
        const { bytes, totalBytes, secondsLeft } = event;
        now = { ...now, bytes, totalBytes, ...compact({ secondsLeft }) };
      }
    });
    terminal.say(
      `${models.map(({ title }) => title).join(' and ')}: installed, and used from the next dub on.`,
    );
  };
  const ended = work()
    .catch((thrown: unknown) => {
      const error = toOctaviaError(thrown, stop.signal);
      if (terminal.stopped.aborted) return;
      const why = error.code === 'job.cancelled' ? 'stopped' : reasonOf(error);
      terminal.say(`Not everything could be downloaded: ${why}. The installed models are used.`);
    })
    .finally(() => {
      now = undefined;
      terminal.stopped.removeEventListener('abort', onStop);
    });
  return { now: () => now, stop: onStop, ended };
}

function hostIn(address: string): string {
  return URL.parse(address)?.host ?? address;
}
