import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DubRequest } from '@octavia/pipeline';
import { compact } from '@octavia/pipeline/compact';
import { OctaviaError } from '@octavia/pipeline/errors';
import { mediaType } from '@octavia/pipeline/media/container';
import { writeVtt } from '@octavia/pipeline/subtitles/write';
import { dub } from '@octavia/pipeline/dub';
import type { Claim } from '@octavia/server/jobs/worker-shapes';
import { openDiskFile, type DiskFile } from '../adapters/ffmpeg.ts';
import { createNodeHost } from '../host.ts';
import type { Process, Work } from './job.ts';

/** The pipeline on this machine. @param models folder of installed models */
export function dubProcess(models: string, device: DubRequest['device']): Process {
  return async (work, signal, onEvent) => {
    const scratch = join(work.scratch, 'media');
    const host = await createNodeHost({ models, scratch, store: work.store });
    try {
      const input = { ...(await openDiskFile(work.input.path)), name: work.input.name };
      const request = { ...requestOf(work, device), input };
      const { output, report, subtitles } = await dub(request, host, signal, onEvent);
      const { path } = output as DiskFile;
      const text = join(work.scratch, 'subtitles.vtt');
      await writeFile(text, writeVtt(subtitles.target));
      return {
        video: { path, contentType: typeOf(path) },
        subtitles: { path: text, contentType: 'text/vtt' },
        report,
      };
    } finally {
      host.close();
    }
  };
}

function typeOf(path: string): string {
  const type = mediaType(path);
  if (type === undefined) throw new OctaviaError('internal', `${path} is of no known type.`);
  return type;
}

function requestOf({ jobId, wish }: Work, device: DubRequest['device']): Omit<DubRequest, 'input'> {
  const subtitles = wish.subtitles && subtitlesOf(wish.subtitles);
  return { ...compact({ ...wish, subtitles }), jobId, device };
}

function subtitlesOf({ name, text, language }: NonNullable<Claim['wish']['subtitles']>) {
  return compact({ name, bytes: new TextEncoder().encode(text), language });
}
