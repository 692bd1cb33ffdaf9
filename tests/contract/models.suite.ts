import { describe, expect, it } from 'vitest';
import type { ModelEntry } from '@octavia/pipeline/catalogue';
import type { ModelFiles } from '@octavia/pipeline/ports';
import { nowhere, starter } from '../support/models/starter.ts';

const never = new AbortController().signal;

/** What every host's model files keep. */
export function modelsSuite(host: string, models: () => ModelFiles): void {
  describe(`model files, ${host}`, () => {
    it('reads a file that is what the catalogue says', async () => {
      const sonic = starter('sonic');
      expect(await models().installed(sonic)).toBe(true);
      const bytes = await models().read(sonic, 'sonic.wasm', never);
      expect([...bytes.subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
      expect(bytes.length).toBe(sonic.files.find(({ path }) => path === 'sonic.wasm')?.bytes);
    });

    it('tells a missing model', async () => {
      const missing = nowhere();
      expect(await models().installed(missing)).toBe(false);
      await expect(models().read(missing, 'sonic.wasm', never)).rejects.toMatchObject({
        code: 'model.missing',
      });
      await expect(models().read(starter('sonic'), 'other', never)).rejects.toMatchObject({
        code: 'model.missing',
      });
    });

    it('refuses a file with another hash', async () => {
      const sonic = starter('sonic');
      const files = sonic.files.map((file) => ({ ...file, sha256: `${file.sha256?.slice(0, 63)}0` }));
      const changed: ModelEntry = { ...sonic, files };
      await expect(models().read(changed, 'sonic.wasm', never)).rejects.toMatchObject({
        code: 'model.damaged',
      });
    });

    it('reads nothing once aborted', async () => {
      const stop = new AbortController();
      stop.abort();
      await expect(models().read(starter('sonic'), 'sonic.wasm', stop.signal)).rejects.toMatchObject({
        code: 'job.cancelled',
      });
    });
  });
}
