import { readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder, withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, uploadedJob } from '../support/cloud/user.ts';
import { listen } from '../fakes/listen.ts';
import { speechClip } from '../fixtures/clip.ts';
import { startWorkerProcess } from '../support/cloud/worker-processes.ts';

/** Of each job two workers die, at two places; a third death would be its end. Fitting is part of `synthesise`. */
const DEATHS = [
  ['download', 'demux'],
  ['vad', 'recognise'],
  ['translate', 'synthesise'],
  ['mix', 'mux'],
  ['upload', 'complete'],
  ['completed'],
];

const MODELS = resolve(process.env['OCTAVIA_MODELS'] ?? 'static/models');

let cloud: TestCloud;
let scratch: string;
let video: Uint8Array<ArrayBuffer>;
let origin: string;
let close: () => Promise<void>;
const results = new Set<string>();

beforeAll(async () => {
  const app = new Hono();
  const server = await listen(app);
  ({ origin } = server);
  const served = await withCloud('postgres', {
    publicUrl: origin,
    limits: { requestsPerMinute: 100_000 },
    timing: { lease: 6, sweepEvery: 0.3, relayEvery: 0.2 },
  });
  cloud = served.cloud;
  app.route('/', cloud.api);
  scratch = await testFolder();
  video = new Uint8Array(await readFile((await speechClip(8)).video));
  close = async () => {
    await server.close();
    await served.done();
    await rm(scratch, { recursive: true, force: true });
  };
});
afterAll(() => close());

const cases = DEATHS.map((deaths) => [deaths.join(', then at '), deaths] as const);

/** Real workers around the real pipeline, killed by SIGKILL wherever one can be (cases 24 and 30). */
describe('a worker that is killed', () => {
  it.each(cases)('at %s: one result, nothing computed twice', async (_, deaths) => {
    // One for each case: a session token does not live as long as they all take.
    const user = await newUser(cloud);
    const id = await uploadedJob(cloud, user, video);
    const kept: string[] = [];
    for (const dieAt of deaths) {
      const worker = await startWorkerProcess(cloud, origin, scratch, { models: MODELS, dieAt });
      await worker.exited;
      expect(worker.child.signalCode, worker.output()).toBe('SIGKILL');
      // What it had on its disk goes at once (case 30).
      await expect.poll(() => readdir(scratch)).toEqual([]);
      kept.push(...said(worker.output(), 'kept'));
    }
    const last = await startWorkerProcess(cloud, origin, scratch, { models: MODELS });
    if (deaths.includes('completed')) {
      // Its answer was lost, not its word: the job is done and not for anyone else.
      last.child.kill('SIGTERM');
      await last.exited;
    } else {
      await last.said('outcome done');
      const own = said(last.output(), 'kept');
      const found = said(last.output(), 'found').filter((key) => !own.includes(key));
      // What it did not look for, it did not need: later work holds it.
      expect(kept).toEqual(expect.arrayContaining(found));
      expect(found.length > 0).toBe(kept.length > 0);
      kept.push(...own);
    }
    expect(kept).toEqual([...new Set(kept)]);
    expect(await readdir(scratch)).toEqual([]);

    const events = await (await user.call(`/v1/jobs/${id}/events`)).text();
    expect(events.match(/"status":"done"/g)).toHaveLength(1);
    const { sha256 } = (await (await user.call(`/v1/jobs/${id}/result`)).json()) as { sha256: string };
    results.add(sha256);
    await cloud.sweepNow();
    const files = await readdir(join(cloud.config.folder, 'files', 'results'), { recursive: true });
    expect(files.filter((path) => path.includes(`${id}/`) && path.endsWith('.mp4'))).toHaveLength(1);
    const checkpoints = join(cloud.config.folder, 'files', 'checkpoints', id);
    const left = await readdir(checkpoints, { recursive: true, withFileTypes: true }).catch(() => []);
    expect(left.filter((one) => one.isFile())).toEqual([]);
  });

  it('leaves no trace in the result: all of them are the same to the last bit', () => {
    expect(results.size).toBe(1);
  });
});

function said(output: string, what: 'kept' | 'found'): string[] {
  return [...output.matchAll(new RegExp(`^${what} (.+)$`, 'gm'))].map(([, key = '']) =>
    key.replace(/^jobs\/[^/]+\//, ''),
  );
}
