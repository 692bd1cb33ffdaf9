import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Catalogue } from '@octavia/pipeline';
import { pull } from '@octavia/pipeline/packs/pull';
import data from '../../models/catalogue.json' with { type: 'json' };
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { packPlaces } from '../../gpu-worker/packs/places.ts';
import { nodePullPlatform } from '../../gpu-worker/packs/platform.ts';
import { HASTY } from '../support/models/packs.ts';

const { models } = data as unknown as Catalogue;
const root = mkdtempSync(join(tmpdir(), 'octavia-real-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Why the real packages cannot be had here; undefined when they can: a small one of them is asked for. */
function whyNot(): string | undefined {
  const [small] = models.flatMap(({ made }) => made?.packages ?? []).sort((a, b) => a.bytes - b.bytes);
  if (small === undefined) return 'the catalogue names no packages';
  const quick = ['--no-deps', '--only-binary=:all:', '--timeout=5', '--retries=0', '-q', '-d', root];
  const args = ['-m', 'pip', 'download', ...quick, `${small.name}==${small.version}`];
  const { status, stderr } = spawnSync('python3', args, { encoding: 'utf8', timeout: 120_000 });
  return status === 0 ? undefined : `pip brings nothing here: ${(stderr ?? '').trim().split('\n').at(-1)}`;
}

const reason = whyNot();

describe.skipIf(reason !== undefined)(`real packages${reason === undefined ? '' : ` (${reason})`}`, () => {
  it.each(models.filter(({ made }) => made !== undefined).map((model) => [model.id, model] as const))(
    'give %s as the catalogue has it, with nothing else in reach',
    async (_, model) => {
      const never = new AbortController().signal;
      const places = packPlaces({
        OCTAVIA_MODEL_STORE: join(root, model.id),
        OCTAVIA_MODEL_LOCK: join(root, 'lock.json'),
      });
      const options = { host: 'http://127.0.0.1:9', patience: HASTY };
      await pull([model], nodePullPlatform(places), options, never, () => undefined);
      const files = createModelFiles(root, places);
      expect(await files.installed(model)).toBe(true);
      for (const { path } of model.files) await files.read(model, path, never);
      expect(await readdir(join(places.store, 'archives'))).toEqual([]);
    },
  );
});
