import { expose } from 'comlink';
import { dub } from '@octavia/pipeline/dub';
import { OctaviaError, toOctaviaError } from '@octavia/pipeline/errors';
import { detectLanguage } from '@octavia/pipeline/subtitles/language';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { catalogue } from '../catalogue.ts';
import { surveyDevice } from './device.ts';
import { blobMediaFile, type BlobMediaFile } from './ffmpeg.ts';
import { jobFile, keepJobFile } from './files.ts';
import { createBrowserHost } from './host.ts';
import { countNetwork } from './network.ts';
import type { DubOutcome, PipelineWorker, Reply } from './protocol.ts';

let peakMemory: number | undefined;
let running: AbortController | undefined;
let surveyed: ReturnType<typeof survey> | undefined;

const host = createBrowserHost(countNetwork(globalThis), () => peakMemory);

async function reply<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Reply<T>> {
  const stop = new AbortController();
  try {
    return { ok: true, value: await work(stop.signal) };
  } catch (thrown) {
    return { ok: false, error: toOctaviaError(thrown).toJSON() };
  } finally {
    stop.abort();
  }
}

async function survey(): Promise<{ device: Awaited<ReturnType<typeof surveyDevice>>; installed: string[] }> {
  const here = await Promise.all(catalogue.models.map((model) => host.models.installed(model)));
  const installed = catalogue.models.filter((_, i) => here[i]).map(({ id }) => id);
  return { device: await surveyDevice(), installed };
}

const worker: PipelineWorker = {
  inspect: (file) => reply((signal) => host.media.probe(blobMediaFile(file), signal)),

  inspectSubtitles: (name, bytes) =>
    reply(() => {
      const { cues } = readSubtitles(name, bytes);
      const found = detectLanguage(cues.map(({ text }) => text).join('\n'));
      const speechSeconds = cues.reduce((sum, { start, end }) => sum + end - start, 0);
      return Promise.resolve({ language: found?.language, lines: cues.length, speechSeconds });
    }),

  survey: () =>
    reply(() => {
      surveyed ??= survey().catch((thrown: unknown) => {
        surveyed = undefined;
        throw thrown;
      });
      return surveyed;
    }),

  async dub({ inputName, ...order }, onEvent) {
    running = new AbortController();
    const { signal } = running;
    return reply<DubOutcome>(async () => {
      try {
        const file = await jobFile(order.jobId, 'input', inputName);
        if (file === undefined) throw new OctaviaError('input.missing', 'The browser no longer keeps it.');
        const request = { ...order, input: blobMediaFile(file) };
        const { output, report, subtitles } = await dub(request, host, signal, onEvent);
        await keepJobFile(order.jobId, 'output', (output as BlobMediaFile).blob);
        return { outputName: output.name, report, subtitles };
      } catch (thrown) {
        throw toOctaviaError(thrown, signal);
      }
    });
  },

  stop: () => running?.abort(),

  noteMemory(bytes) {
    peakMemory = Math.max(peakMemory ?? 0, bytes);
  },
};

expose(worker);
