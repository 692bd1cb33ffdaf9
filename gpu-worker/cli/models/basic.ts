import { compact } from '@octavia/pipeline/compact';
import type { ModelEntry } from '@octavia/pipeline';
import { modelBytes } from '@octavia/pipeline/catalogue';
import { toOctaviaError } from '@octavia/pipeline/errors';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { basicFor, type JobAhead } from '@octavia/pipeline/packs/basic';
import { hurried, PATIENCE } from '@octavia/pipeline/packs/patience';
import { reasonOf } from '@octavia/pipeline/packs/outcome';
import { pull } from '@octavia/pipeline/packs/pull';
import { createModelFiles } from '../../adapters/models.ts';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { nodePullPlatform } from '../../packs/platform.ts';
import { modelsFolder } from '../call/places.ts';
import type { Terminal } from '../call/terminal.ts';
import { endPull, showPull } from './progress.ts';
import { settings } from '../../settings/settings.ts';

/** Whether models may be fetched without being asked for (OCTAVIA_FETCH; `none`: they may not). */
export function mayFetch(): boolean {
  return settings().OCTAVIA_FETCH;
}

/**
 * Before a job, fetches the parts of the basic pack that would improve it. After Ctrl-C or without a network the job
 * continues with what is installed, and says so.
 */
export async function bringBasic(job: JobAhead, terminal: Terminal, quiet: boolean): Promise<void> {
  if (!mayFetch()) return;
  const places = packPlaces();
  const catalogue = await readCatalogue(places);
  const models = await basicFor({ catalogue, models: createModelFiles(modelsFolder(), places) }, job);
  if (models.length === 0) return;
  const say = (line: string) => (quiet ? undefined : terminal.say(line));
  say(`Fetching ${inWords(models)} first, just once: it is much better than the starter.`);
  say('Press Ctrl-C to go on without it. OCTAVIA_FETCH=none downloads nothing.');
  try {
    const platform = nodePullPlatform(places);
    // Somebody is waiting for a dub and did not ask for this.
    const patience = hurried(PATIENCE);
    const options = compact({ patience, host: places.host });
    const show = quiet ? () => undefined : showPull(terminal);
    await terminal.aside((signal) => pull(models, platform, options, signal, show));
  } catch (thrown) {
    const error = toOctaviaError(thrown);
    const why =
      error.code === 'job.cancelled' ? 'stopped; what has been downloaded is kept' : reasonOf(error);
    terminal.say(`Not everything could be downloaded: ${why}. This dub uses the installed models.`);
  } finally {
    if (!quiet) endPull(terminal);
  }
}

/** "Whisper base and Kokoro 82M (200 MB)" */
export function inWords(models: readonly ModelEntry[]): string {
  const bytes = models.reduce((sum, model) => sum + fetchedBytes(model), 0);
  return `${models.map(({ title }) => title).join(' and ')} (${bytesInWords(bytes)})`;
}

/** The most that may have to be fetched for a model: packages hold more than its files, or less. */
function fetchedBytes(model: ModelEntry): number {
  const packed = model.made?.packages.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  return Math.max(packed, modelBytes(model));
}
