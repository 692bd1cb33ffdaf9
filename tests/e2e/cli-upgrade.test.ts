import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '@octavia/pipeline/media/fingerprint';
import { afterAll, describe, expect, it } from 'vitest';
import { octavia } from '../support/cli/octavia.ts';
import { SAMPLE } from '../support/page/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Names that 0.1.0 gave to `dub octavia-sample.mp4 --to es --resume`: the job's folder, and in it where speech is.
 * They are hashes of the file, the settings and the model.
 */
const JOB = '4b63adad1f7cfbe33245164d7bc7efef';
const SPANS = 'spans-e765e93e9dcd3253ba0d0f804363d355.json~';
/** How 0.1.0 recognised a file of 3 MiB of sevens: by its first and last MiB. */
const LONG = '99fd00cdbe993c2a8ce86f7ebf776964ef10efacdbec960ccc71a6d3b1428e15';

describe('work that --resume kept with 0.1.0', () => {
  it('is taken up: a file in which 0.1.0 found no speech has none', async () => {
    const kept = join(folder, 'cache', 'jobs', JOB, 'dub');
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, SPANS), '{"spans":[],"device":"cpu"}');
    const video = join(folder, 'talk.mp4');
    copyFileSync(SAMPLE, video);
    const { code, stderr } = await octavia(['dub', video, '--to', 'es', '--resume'], {
      env: { OCTAVIA_CACHE: join(folder, 'cache'), OCTAVIA_FETCH: 'none' },
    });
    expect(stderr).toContain('[input.no_speech]');
    expect(code).toBe(3);
  });

  it('of a file above 2 MiB is done again, because more of it is looked at', async () => {
    const bytes = new Uint8Array(3 * 2 ** 20).fill(7);
    const read = (_file: unknown, from: number, to: number) => Promise.resolve(bytes.subarray(from, to));
    const never = new AbortController().signal;
    expect(await fingerprint({ read }, { name: 'long.mp4', bytes: bytes.length }, never)).not.toBe(LONG);
  });
});
