import { open, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import type { Media, MediaFile } from '@octavia/pipeline';
import type { Ffmpeg, FfmpegInput, FfmpegRun } from '@octavia/pipeline/media/ffmpeg';
import { createMedia } from '@octavia/pipeline/media/media';
import { mediaLimits } from '../ffmpeg/limits.ts';
import { runProgram, type Run } from '../ffmpeg/run.ts';

/** A file on disk. */
export interface DiskFile extends MediaFile {
  /** Absolute. */
  readonly path: string;
}

/** Errors: `input.missing` when there is no such regular file. */
export async function openDiskFile(path: string): Promise<DiskFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new OctaviaError('input.missing', path);
  return { name: basename(path), bytes: found.size, path: resolve(path) };
}

/**
 * Media through the system's ffmpeg and ffprobe.
 * @param scratch directory for temporary and finished files; made on first use. The caller moves the finished file out
 * (on the same file system that is one rename) and removes the directory.
 */
export function createDiskMedia(scratch: string): Media {
  return createMedia(createDiskFfmpeg(scratch), mediaLimits());
}

const QUIET = ['-nostdin', '-hide_banner', '-v', 'warning'];

function createDiskFfmpeg(scratch: string): Ffmpeg {
  const newPath = async (name: string): Promise<string> => {
    await mkdir(scratch, { recursive: true });
    return join(resolve(scratch), `${randomUUID()}${/\.[a-z0-9]+$/.exec(name)?.[0] ?? ''}`);
  };

  return {
    async probe(input, options, signal) {
      const output: Uint8Array[] = [];
      const args = ['-hide_banner', '-v', 'warning', ...inputArgs(input), ...options];
      const onBytes = (bytes: Uint8Array) => Promise.resolve(void output.push(bytes));
      const { log } = await runProgram(
        { program: 'ffprobe', args, reach: reachOf([input]), onBytes },
        signal,
      );
      return { log, output: Buffer.concat(output).toString('utf8') };
    },

    pcm(run, onBytes, signal, onSeconds) {
      const args = [...QUIET, ...runArgs(run), '-f', 'f32le', 'pipe:1'];
      const reach = reachOf(run.inputs);
      return runProgram({ program: 'ffmpeg', args, reach, onBytes, onSeconds }, signal);
    },

    async write(run, name, signal, onSeconds) {
      const path = await newPath(name);
      try {
        // A name that is not taken; a second attempt overwrites it.
        const args = [...QUIET, ...runArgs(run), '-y', `file:${path}`];
        const reach = reachOf(run.inputs, dirname(path));
        const result = await runProgram({ program: 'ffmpeg', args, reach, onSeconds }, signal);
        if (result.ok) return { ...result, file: { ...(await openDiskFile(path)), name } };
        await rm(path, { force: true });
        return { ...result, file: undefined };
      } catch (thrown) {
        await rm(path, { force: true });
        throw thrown;
      }
    },

    async read(file, start, end) {
      const handle = await open(diskFile(file).path);
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, file.bytes) - start));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },

    async store(name, parts, signal) {
      const path = await newPath(name);
      try {
        await writeFile(path, untilAborted(parts, signal), { flag: 'wx' });
        return await openDiskFile(path);
      } catch (thrown) {
        await rm(path, { force: true });
        throw storageError(thrown);
      }
    },

    discard: (file) => rm(diskFile(file).path, { force: true }),
  };
}

/** Lets `writeFile` stop between two parts. */
async function* untilAborted(
  parts: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    throwIfAborted(signal);
    yield part;
  }
}

/** `file:` keeps a name that looks like an option, a protocol or an address from being taken for one. */
function inputArgs({ file, options }: FfmpegInput): string[] {
  return [...options, '-i', `file:${diskFile(file).path}`];
}

function runArgs({ inputs, options }: FfmpegRun): string[] {
  return [...inputs.flatMap(inputArgs), ...options];
}

/** Room for containers, whose overhead may exceed a tiny input. */
const OVERHEAD = 64 * 2 ** 20;

/** Output is made from the inputs, and no codec used here takes more room than raw sound. */
function reachOf(inputs: readonly FfmpegInput[], write?: string): Run['reach'] {
  const bytes = inputs.reduce((sum, { file }) => sum + file.bytes, 0);
  const read = inputs.map(({ file }) => diskFile(file).path);
  return { read, write, fileBytes: write === undefined ? 0 : 2 * bytes + OVERHEAD };
}

function diskFile(file: MediaFile): DiskFile {
  if ('path' in file && typeof file.path === 'string') return file as DiskFile;
  throw new OctaviaError('internal', `${file.name} is not a file on disk.`);
}

function storageError(thrown: unknown): OctaviaError {
  if (thrown instanceof OctaviaError) return thrown;
  const full = thrown instanceof Error && /ENOSPC|EDQUOT/.test(thrown.message);
  return new OctaviaError(full ? 'storage.full' : 'storage.failed', undefined, { cause: thrown });
}
