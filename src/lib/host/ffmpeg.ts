import { fetchFile } from '@ffmpeg/util';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import { mediaType } from '@octavia/pipeline/media/container';
import type { Media, MediaFile } from '@octavia/pipeline';
import type { Ffmpeg, FfmpegInput, FfmpegResult, FfmpegRun } from '@octavia/pipeline/media/ffmpeg';
import { createMedia } from '@octavia/pipeline/media/media';
import { FfmpegWasm } from './ffmpeg-wasm.ts';

/** A file given to the page or made in it. */
export interface BlobMediaFile extends MediaFile {
  readonly blob: Blob;
}

/** @param name needed for a Blob that is not a File */
export function blobMediaFile(blob: Blob, name = blob instanceof File ? blob.name : 'file'): BlobMediaFile {
  return { name, bytes: blob.size, blob };
}

/** Media with ffmpeg.wasm in a separate worker, which ends after a moment without work. */
export function createBrowserMedia(): Media {
  return createMedia(createBrowserFfmpeg());
}

/** The wasm build reads its arguments from argv and logs to us; `-v` as on the other host. */
const QUIET = ['-nostdin', '-hide_banner', '-v', 'warning'];
/** Seconds of sound per piece, so that the whole is never in memory twice. */
const PIECE = 20;
/** Bytes of parts that are joined into one Blob, which the browser may then keep outside our memory. */
const BLOB_BYTES = 32 * 1024 * 1024;

function createBrowserFfmpeg(): Ffmpeg {
  const wasm = new FfmpegWasm();

  return {
    probe: (input, options, signal) =>
      wasm.use([blobOf(input.file)], signal, async (run, [path = '']) => {
        const args = [
          '-hide_banner',
          '-v',
          'warning',
          ...inputArgs(input, path),
          ...options,
          '-o',
          '/out/probe',
        ];
        const log = await run.ffprobe(args);
        return { log, output: new TextDecoder().decode(await run.take('/out/probe')) };
      }),

    pcm: (request, onBytes, signal, onSeconds) =>
      wasm.use(blobs(request), signal, async (run, paths): Promise<FfmpegResult> => {
        const pieces = ['-f', 'segment', '-segment_time', `${PIECE}`, '-segment_format', 'f32le'];
        const args = [...QUIET, ...runArgs(request, paths), '-c:a', 'pcm_f32le', ...pieces, '/out/%06d.f32'];
        const result = await run.ffmpeg(args, onSeconds);
        for (const name of await run.list()) await onBytes(await run.take(`/out/${name}`));
        return result;
      }),

    async write(request, name, signal, onSeconds) {
      const { result, bytes } = await wasm.use(blobs(request), signal, async (run, paths) => {
        const result = await run.ffmpeg(
          [...QUIET, ...runArgs(request, paths), '-y', '/out/output'],
          onSeconds,
        );
        return { result, bytes: await run.take('/out/output') };
      });
      if (!result.ok) return { ...result, file: undefined };
      // Its memory still contains what was just read, and making the File copies the bytes once more.
      wasm.release();
      const type = mediaType(name) ?? '';
      return { ...result, file: blobMediaFile(new File([bytes], name, { type })) };
    },

    read: (file, start, end) => fetchFile(blobOf(file).slice(start, end)),

    store: async (name, parts, signal) => blobMediaFile(await gathered(parts, signal), name),

    discard: () => Promise.resolve(),
  };
}

async function gathered(parts: AsyncIterable<Uint8Array<ArrayBuffer>>, signal: AbortSignal): Promise<Blob> {
  const blobs: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of parts) {
    throwIfAborted(signal);
    waiting.push(part);
    bytes += part.length;
    if (bytes < BLOB_BYTES) continue;
    blobs.push(new Blob(waiting));
    waiting = [];
    bytes = 0;
  }
  return new Blob([...blobs, ...waiting]);
}

function inputArgs({ options }: FfmpegInput, path: string): string[] {
  return [...options, '-i', `file:${path}`];
}

function runArgs({ inputs, options }: FfmpegRun, paths: readonly string[]): string[] {
  return [...inputs.flatMap((input, index) => inputArgs(input, paths[index] ?? '')), ...options];
}

function blobs({ inputs }: FfmpegRun): Blob[] {
  return inputs.map(({ file }) => blobOf(file));
}

function blobOf(file: MediaFile): Blob {
  if ('blob' in file && file.blob instanceof Blob) return file.blob;
  throw new OctaviaError('internal', `${file.name} is not a Blob.`);
}
