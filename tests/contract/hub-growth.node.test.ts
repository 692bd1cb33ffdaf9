import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openWhisper } from '@octavia/pipeline/families/whisper/engine';
import { melody, tinyWhisper } from '../fixtures/tiny/whisper.ts';
import { onlyDevice } from '../support/models/engine-platform.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of sound, features, attentions and caches that somebody still holds. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

it('holds nothing of fifty windows once they are heard', async () => {
  const { entry, files } = tinyWhisper();
  const load = {
    runtime: entry.runtime,
    glue: undefined,
    files: { ...files },
    graphs: entry.graphs,
    languages: entry.languages,
  };
  const { recognise } = await openWhisper(load, onlyDevice('cpu', { name: 'cpu' }));
  const hear = async () => (await recognise?.([melody('ba de'), melody('so')], 'en'))?.flat();
  const marks: number[] = [];
  for (let window = 0; window < 60; window += 2) {
    expect(await hear()).toHaveLength(3);
    if (window % 10 === 8) marks.push(held());
  }
  // One window's features alone are 960 kB. What is kept adds up in every ten windows; something else of the
  // process that grows once (it was seen to, by 20 MiB) does so in one of them.
  const grown = marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
  expect(grown.toSorted((a, b) => a - b)[2]).toBeLessThan(100_000);
}, 120_000);
