import { expose } from 'comlink';
import { isShipped } from '@octavia/pipeline/catalogue';
import { dub } from '@octavia/pipeline/dub';
import { OctaviaError, toOctaviaError } from '@octavia/pipeline/errors';
import type { PlanDevice } from '@octavia/pipeline/plan/types';
import { toldLanguage } from '@octavia/pipeline/language/told';
import { readSubtitles } from '@octavia/pipeline/subtitles/read';
import { catalogue } from '../catalogue.ts';
import { surveyDevice } from './device.ts';
import { blobMediaFile, type BlobMediaFile } from './ffmpeg.ts';
import { jobFile, keepJobFile } from './files.ts';
import { createBrowserHost } from './host.ts';
import { LIGHT } from './light.ts';
import { countNetwork } from './network.ts';
import type { DubOutcome, PipelineWorker } from './protocol.ts';
import { reply } from './reply.ts';

let peakMemory: number | undefined;
let running: AbortController | undefined;
let surveyed: ReturnType<typeof survey> | undefined;

const host = createBrowserHost(countNetwork(globalThis), () => peakMemory, self.name === LIGHT);

async function survey(): Promise<{ device: PlanDevice; shipped: string[] }> {
  const models = catalogue.models.filter(isShipped);
  const here = await Promise.all(models.map((model) => host.models.installed(model)));
  return { device: await surveyDevice(), shipped: models.filter((_, i) => here[i]).map(({ id }) => id) };
}

const worker: PipelineWorker = {
  inspect: (file) => reply((signal) => host.media.probe(blobMediaFile(file), signal)),

  inspectSubtitles: (name, bytes, wanted) =>
    reply(() => {
      const { cues } = readSubtitles(name, bytes, { wanted });
      const found = toldLanguage(cues.map(({ text }) => text).join('\n'), []);
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
        if (file === undefined) throw new OctaviaError('input.missing', 'It is no longer in this browser.');
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
