import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Report } from '@octavia/pipeline';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { writeVtt } from '@octavia/pipeline/subtitles/write';
import { jobs } from '../../../server/db/schema.ts';
import type { TestCloud } from './server.ts';
import { newWorker } from './user.ts';
import { fakeReport } from '../../fakes/report.ts';
import { SAMPLE, SAMPLE_SPANISH } from '../page/browser.ts';

const SECONDS = 25.3;

/** Ends the only job as a worker does, with the sample itself as its dub and the sample's subtitles. */
export async function finishWithSample(cloud: TestCloud): Promise<void> {
  await (await holdJob(cloud)).finish();
}

/** Takes the only job as a worker does. */
export async function holdJob(cloud: TestCloud) {
  const [job] = await cloud.services.database.read.select().from(jobs);
  const worker = newWorker(cloud);
  const held = { id: job?.id ?? '', attempt: 1 };
  await expectOk(worker.claim(held.id));
  const post = (call: string, body: object) =>
    expectOk(worker.post(`/v1/jobs/${held.id}/${call}`, body, held));
  const send = async (name: string, type: string, bytes: Uint8Array<ArrayBuffer>) => {
    const init = { method: 'PUT', body: bytes, headers: { 'Content-Type': type } };
    await expectOk(worker.call(`/v1/jobs/${held.id}/outputs/${name}`, init, held));
    return { name, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  return {
    /** @param fraction 0…1 of the job */
    async progress(fraction: number): Promise<void> {
      const progress = { stage: 'synthesise', fraction, secondsLeft: 60 };
      await post('heartbeat', { progress, events: [{ type: 'progress', ...progress }] });
    },
    async finish(): Promise<void> {
      const { cues } = readSubtitles('es.srt', await readFile(SAMPLE_SPANISH));
      const video = await send('dub.mp4', 'video/mp4', new Uint8Array(await readFile(SAMPLE)));
      const subtitles = await send('subtitles.vtt', 'text/vtt', new TextEncoder().encode(writeVtt(cues)));
      await post('complete', { video, subtitles, seconds: SECONDS, report: reportOf(cues) });
    },
  };
}

async function expectOk(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) throw new Error(`The API answered ${response.status}: ${await response.text()}`);
}

function reportOf(cues: ReturnType<typeof readSubtitles>['cues']): Report {
  const base = fakeReport();
  return {
    ...base,
    input: {
      ...base.input,
      seconds: SECONDS,
      video: { codec: 'h264', width: 960, height: 540 } as Report['input']['video'],
    },
    output: { ...base.output, seconds: SECONDS },
    segments: cues.map(({ start, end, text }, index) => ({
      id: String(index),
      speaker: 'speaker-1',
      start,
      end,
      sourceText: text,
      targetText: text,
      dubStart: start,
      dubEnd: end,
      tempo: 1,
      onsetErrorMs: 0,
      overrunMs: 0,
      voice: 'test',
      confidence: null,
      notes: [],
    })),
  };
}
