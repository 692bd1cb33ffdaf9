import type { PackId } from '@octavia/pipeline/catalogue';
import { transcribe } from '@octavia/pipeline/dub';
import { unitsOf, wordErrorRate } from '@octavia/pipeline/language/word-error-rate';
import { openDiskFile } from '../../../gpu-worker/adapters/ffmpeg.ts';
import type { NodeHost } from '../../../gpu-worker/host.ts';
import type { Measure } from '../measure.ts';
import type { Recording } from './recordings.ts';

/** Percent of the words that may be wrong with the default pack. */
const MOST_WRONG = 4;

/** Words wrong on recordings, by the way a transcription takes on the command line. */
export async function scoreHearing(
  host: NodeHost,
  recordings: readonly Recording[],
  signal: AbortSignal,
): Promise<Measure[]> {
  const found: Measure[] = [];
  for (const pack of ['auto', 'starter'] as const) {
    let [words, wrong] = [0, 0];
    for (const { name, path, text, source } of recordings) {
      const rate = wordErrorRate(text, await heard(host, path, pack, signal));
      const count = unitsOf(text).length;
      words += count;
      wrong += rate * count;
      found.push({ name: `words wrong, ${pack}: ${name}`, value: 100 * rate, unit: '%', note: source });
    }
    found.push({
      name: `words wrong, ${pack}`,
      value: (100 * wrong) / words,
      unit: '%',
      note: `${words} words`,
      ...(pack === 'auto' && { atMost: MOST_WRONG }),
    });
  }
  return found;
}

async function heard(
  host: NodeHost,
  path: string,
  pack: PackId | 'auto',
  signal: AbortSignal,
): Promise<string> {
  const input = await openDiskFile(path);
  const request = { jobId: `quality-${pack}`, input, source: 'en', pack, device: 'auto' as const };
  const { transcript } = await transcribe(request, host, signal, () => undefined);
  return transcript.lines.map(({ text }) => text).join(' ');
}
