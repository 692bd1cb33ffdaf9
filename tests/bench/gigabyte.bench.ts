import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { planInCloud } from '../support/page/cloud.ts';
import { dubButton, finished, result, SAMPLE, SAMPLE_SPANISH } from '../support/page/browser.ts';
import { cutLine } from '../fakes/cut-line.ts';
import { launchChromium } from '../support/page/chromium.ts';
import { ffmpeg } from '../support/cli/octavia.ts';
import { until } from '../support/patience.ts';
import { pictureHash } from '../support/sound/measure.ts';
import type { Bench, Measure } from './measure.ts';
import { MODES, openCloudProcess, type CloudProcess } from './server/cloud-process.ts';

/** 26 times 5 s of noise at 65 Mbit/s: about 1.05 GB in 130 s, with the sample's 25 s of speech. */
const LOOP = 5;
const SECONDS = 130;

/**
 * The whole way of a long video, in a real browser: a gigabyte goes up by the page over a line that is cut three
 * times, the server's own worker is killed once while it dubs, and the result plays with seeking. With nothing
 * configured, then with Postgres and Redis.
 */
export const bench: Bench = async (signal) => {
  const measures: Measure[] = [];
  for (const mode of MODES) {
    signal.throwIfAborted();
    const cloud = await openCloudProcess(mode, [], { OCTAVIA_LOG: 'warn' });
    try {
      const video = join(cloud.folder, 'long.mp4');
      makeVideo(video, join(cloud.folder, 'loop.mp4'));
      const found = await journey(cloud, video);
      measures.push(...found.map((one) => ({ ...one, name: `${one.name}, ${mode}` })));
    } finally {
      await cloud.close();
      await rm(cloud.folder, { recursive: true, force: true });
    }
  }
  return measures;
};

function makeVideo(path: string, loop: string): void {
  const noise = ['-f', 'lavfi', '-i', `testsrc2=s=1280x720:r=25:d=${LOOP},noise=alls=60:allf=t`];
  const rate = ['-b:v', '60M', '-maxrate', '60M', '-bufsize', '60M', '-g', '25'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  ffmpeg('ffmpeg', '-v', 'error', '-y', ...noise, ...codec, ...rate, loop);
  const inputs = ['-stream_loop', '-1', '-i', loop, '-i', SAMPLE, '-map', '0:v', '-map', '1:a:0'];
  const sound = ['-af', 'apad', '-c:a', 'aac', '-ac', '2'];
  ffmpeg('ffmpeg', '-v', 'error', '-y', ...inputs, '-c:v', 'copy', ...sound, '-t', `${SECONDS}`, path);
}

async function journey(cloud: CloudProcess, video: string): Promise<Measure[]> {
  const { size } = await stat(video);
  const line = await cutLine(cloud.origin);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await planInCloud(page, line.origin, video, SAMPLE_SPANISH);
    await dubButton(page).click();
    await page.getByRole('button', { name: 'Upload and dub' }).click();
    const uploading = performance.now();
    for (const percent of [20, 50, 80]) {
      await reaches(page, /^Uploading/, percent);
      line.cut();
    }
    const dubbing = page.getByRole('progressbar', { name: /^Dubbing/ });
    await dubbing.waitFor({ timeout: 600_000 });
    const uploaded = (performance.now() - uploading) / 1000;
    const sent = line.counted.bytes;
    const same = (await hashOf(video)) === (await hashOf(await storedUpload(cloud)));

    const lines = page.getByRole('list', { name: 'Lines so far' }).getByRole('listitem');
    await lines.first().waitFor({ timeout: 300_000 });
    const worker = cloud.served.workers()[0] ?? 0;
    process.kill(worker, 'SIGKILL');
    const killed = performance.now();
    const shares = watchShares(page);
    await finished(page);
    const recovered = (performance.now() - killed) / 1000;
    const played = await seek(page, SECONDS - 10);
    const dub = join(cloud.folder, 'dub.mp4');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download video' }).click(),
    ]);
    await download.saveAs(dub);
    const picture = pictureHash(dub) === pictureHash(video);
    const cuts = line.counted.cuts;
    const note = `${(size / 1e9).toFixed(2)} GB, cut ${cuts} times, ${(await shares.stop()).length} steps seen live`;
    return [
      { name: 'uploaded in', value: uploaded, unit: 's', note },
      { name: 'bytes over the line, of the file', value: sent / size, unit: '×', atMost: 1.25 },
      { name: 'arrived whole', value: Number(same), unit: '', atLeast: 1 },
      { name: 'from the kill to the result', value: recovered, unit: 's', note: 'a lease is 60 s' },
      { name: 'plays and seeks', value: Number(played), unit: '', atLeast: 1 },
      { name: 'picture bit for bit', value: Number(picture), unit: '', atLeast: 1 },
      { name: 'server memory, most', value: cloud.memory('VmHWM'), unit: 'MB' },
    ];
  } finally {
    await browser.close();
    await line.close();
  }
}

async function reaches(page: Page, name: RegExp, percent: number): Promise<void> {
  const bar = page.getByRole('progressbar', { name });
  await until(`${percent} %`, async () => {
    const now = Number(await bar.getAttribute('aria-valuenow', { timeout: 60_000 }));
    return now >= percent || undefined;
  });
}

/** The different values that the progress of the dub has shown. */
function watchShares(page: Page) {
  const seen = new Set<string>();
  const bar = page.getByRole('progressbar', { name: /^Dubbing/ });
  let over = false;
  const watching = (async () => {
    for (; !over; await sleep(200)) {
      const value = await bar.getAttribute('aria-valuenow', { timeout: 100 }).catch(() => null);
      if (value !== null) seen.add(value);
    }
  })();
  return {
    async stop(): Promise<string[]> {
      over = true;
      await watching;
      return [...seen];
    },
  };
}

async function seek(page: Page, seconds: number): Promise<boolean> {
  const video = result(page).locator('video');
  await until('the video', () =>
    video.evaluate((element: HTMLVideoElement) => element.readyState > 0 || undefined),
  );
  return video.evaluate(async (element: HTMLVideoElement, to) => {
    const done = new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
    element.currentTime = to;
    await done;
    const from = element.currentTime;
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return element.error === null && Math.abs(from - to) < 0.1 && element.currentTime > from;
  }, seconds);
}

async function storedUpload(cloud: CloudProcess): Promise<string> {
  const uploads = join(cloud.folder, 'files', 'uploads');
  const names = await readdir(uploads, { recursive: true });
  return join(uploads, names.find((name) => /[0-9a-f-]{36}$/.test(name)) ?? '');
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
