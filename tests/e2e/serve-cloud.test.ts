import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechClip } from '../fixtures/clip.ts';
import { dubbed, signIn, upload } from '../support/cloud/client.ts';
import { ffmpeg } from '../support/cli/octavia.ts';
import { isReady, startServe, type Served } from '../support/cli/serve.ts';
import { until } from '../support/patience.ts';

const built = existsSync(join(import.meta.dirname, '../../build/index.html'));

/** What `npm start` runs, with nothing configured and an empty folder. */
describe.skipIf(!built)('octavia serve --cloud', () => {
  let folder: string;
  let served: Served;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octavia-serve-'));
    served = await startServe(['--cloud'], { OCTAVIA_DATA: folder, OCTAVIA_LEASE_SECONDS: '6' });
  });
  afterAll(async () => {
    served.child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('serves the page while the database is being made, and says when it is ready', async () => {
    expect((await fetch(served.origin)).status).toBe(200);
    const early = await fetch(`${served.origin}/v1/session`, { method: 'POST' });
    expect(early.status).toBe(503);
    expect(await early.json()).toMatchObject({ error: { code: 'unavailable' } });
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${served.origin}/healthz`)).status).toBe(200);
    expect(await isReady(served.origin)).toBeUndefined();
    await until('ready', () => isReady(served.origin));
  });

  it('dubs what is uploaded, also when its worker is killed in the middle', async () => {
    const clip = await speechClip(8);
    const user = await signIn(served.origin);
    const id = await upload(user, await readFile(clip.video), { target: 'es' });
    const first = await until('a worker', () => served.workers()[0]);
    await until('running', async () => (await user.job(id)).status === 'running' || undefined);
    process.kill(first, 'SIGKILL');
    const result = await dubbed(user, id);
    expect(served.output()).toContain('the worker has ended (SIGKILL)');
    const path = join(folder, 'result.mp4');
    await writeFile(path, new Uint8Array(await (await fetch(result.url)).arrayBuffer()));
    const probe = [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_type:stream_tags=language',
      '-of',
      'csv=p=0',
    ];
    const streams = ffmpeg('ffprobe', ...probe, path)
      .stdout.trim()
      .split('\n');
    expect(streams).toEqual(['video,und', 'audio,spa', 'audio,eng']);
    expect((await user.job(id)).attempt).toBe(2);
  });

  it('ends its worker, which leaves nothing behind, and then itself', async () => {
    const worker = served.workers()[0] ?? 0;
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
    expect(() => process.kill(worker, 0)).toThrow('ESRCH');
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  });
});
