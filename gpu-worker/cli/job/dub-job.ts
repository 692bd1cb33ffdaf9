import { basename, join, resolve } from 'node:path';
import { rm } from 'node:fs/promises';
import { compact } from '@octavia/pipeline/compact';
import { outputContainer, outputName } from '@octavia/pipeline/media/container';
import { writeSrt, writeVtt } from '@octavia/pipeline/subtitles/write';
import type { DubEvent, DubRequest, DubResult, Report } from '@octavia/pipeline';
import { dub } from '@octavia/pipeline/dub';
import { createDiskMedia, type DiskFile } from '../../adapters/ffmpeg.ts';
import { createFolderStore } from '../../adapters/store.ts';
import { createNodeHost } from '../../host.ts';
import { chooseOutput, containerOf, pendingText, putInPlace, refuseInput, type Pending } from './outputs.ts';
import { modelsFolder } from '../call/places.ts';
import { resumeFolder } from './resume.ts';
import { scratchBeside } from './scratch.ts';

/** The container follows from the result's name. */
export type DubSettings = Omit<DubRequest, 'jobId' | 'input' | 'container'>;

export interface DubJob {
  readonly input: DiskFile;
  readonly settings: DubSettings;
  /** Undefined: beside the input. */
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly report: string | undefined;
  readonly subtitlesOut: { readonly path: string; readonly format: 'srt' | 'vtt' } | undefined;
}

/**
 * Dubs one file and puts all requested files in place, or none. Temporary files are in a hidden folder beside the
 * result; with `resume`, finished work stays in the cache until the job is done.
 */
export async function runDub(
  job: DubJob,
  signal: AbortSignal,
  onEvent: (event: DubEvent) => void,
): Promise<{ out: string; report: Report }> {
  const { input, settings } = job;
  if (job.out !== undefined) await refuseInput(job.out, [input.path]);
  const scratch = await scratchBeside(resolve(job.out ?? input.path));
  try {
    const media = createDiskMedia(join(scratch.folder, 'probe'));
    const info = await media.probe(input, signal);
    const asked = containerOf(job.out, info);
    const container = asked ?? outputContainer(info, settings.keepOriginal);
    const out = await chooseOutput(input.path, job.out, outputName(input.name, settings.target, container));
    const kept = job.resume
      ? await resumeFolder(await media.fingerprint(input, signal), settings)
      : join(scratch.folder, 'work');
    const store = createFolderStore(kept);
    const host = await createNodeHost({
      models: modelsFolder(),
      scratch: join(scratch.folder, 'media'),
      store,
      scratchStore: store,
    });
    try {
      const request = { ...settings, ...compact({ container: asked }), jobId: 'dub', input };
      const result = await dub(request, host, signal, onEvent);
      const report = { ...result.report, output: { ...result.report.output, file: basename(out) } };
      await finish(job, result, report, out, scratch.folder);
      if (job.resume) await rm(kept, { recursive: true, force: true });
      return { out, report };
    } finally {
      host.close();
    }
  } finally {
    await scratch.remove();
  }
}

async function finish(
  job: DubJob,
  result: DubResult,
  report: Report,
  out: string,
  scratch: string,
): Promise<void> {
  const files: Pending[] = [];
  if (job.report !== undefined) {
    files.push(await pendingText(scratch, job.report, `${JSON.stringify(report, undefined, 2)}\n`));
  }
  if (job.subtitlesOut !== undefined) {
    const write = job.subtitlesOut.format === 'srt' ? writeSrt : writeVtt;
    files.push(await pendingText(scratch, job.subtitlesOut.path, write(result.subtitles.target)));
  }
  await putInPlace([...files, { from: diskPath(result), to: out }]);
}

function diskPath({ output }: DubResult): string {
  return (output as DiskFile).path;
}
