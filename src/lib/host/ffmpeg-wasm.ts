import { FFmpeg, FFFSType } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import { OctaviaError, throwIfAborted } from '@octavia/pipeline/errors';
import type { FfmpegResult } from '@octavia/pipeline/media/ffmpeg';
import classWorkerURL from './ffmpeg.worker.ts?worker&url';

/** Commands within one use of the instance. Output goes to /out; taking a file removes it. */
export interface WasmRun {
  ffmpeg(args: readonly string[], onSeconds?: (seconds: number) => void): Promise<FfmpegResult>;
  /** Its log; ffprobe's exit code is −1 in this build whatever happens. */
  ffprobe(args: readonly string[]): Promise<string>;
  /** Names in /out, sorted. */
  list(): Promise<string[]>;
  /** Reads a file and deletes it; empty when it does not exist. */
  take(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Milliseconds without work after which the instance ends: its memory can grow but never shrink. */
const IDLE = 1500;
/** What this build prints at the end of each run, successful or not. */
const END = 'Aborted()';
const LOG_CHARACTERS = 16_000;

/** One ffmpeg.wasm at a time, for one use at a time. */
export class FfmpegWasm {
  #loading: Promise<FFmpeg> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: ReturnType<typeof setTimeout> | undefined;

  /**
   * Mounts the blobs (they are read in place, not copied), runs `work` and unmounts. An abort ends the
   * worker, whatever it is doing, and rejects with `job.cancelled`.
   */
  use<T>(
    blobs: readonly Blob[],
    signal: AbortSignal,
    work: (run: WasmRun, paths: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const turn = this.#last.then(() => this.#use(blobs, signal, work));
    this.#last = turn.catch(() => undefined);
    return orAborted(turn, signal);
  }

  async #use<T>(
    blobs: readonly Blob[],
    signal: AbortSignal,
    work: (run: WasmRun, paths: readonly string[]) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(signal);
    clearTimeout(this.#idle);
    const end = () => this.release();
    signal.addEventListener('abort', end, { once: true });
    try {
      const ffmpeg = await this.#load();
      const names = blobs.map((_, index) => `input${index}`);
      const mounted = blobs.map((data, index) => ({ name: names[index] ?? '', data }));
      await ffmpeg.mount(FFFSType.WORKERFS, { blobs: mounted }, '/in');
      const result = await work(
        commands(ffmpeg, signal),
        names.map((name) => `/in/${name}`),
      );
      await ffmpeg.unmount('/in');
      return result;
    } catch (thrown) {
      // A failure (out of memory, a trap) may have left the instance unusable.
      this.release();
      throwIfAborted(signal);
      if (thrown instanceof OctaviaError) throw thrown;
      throw new OctaviaError('media.failed', String(thrown), { cause: thrown });
    } finally {
      signal.removeEventListener('abort', end);
      this.#idle = setTimeout(end, IDLE);
    }
  }

  /** Ends the instance to free its memory; the next use makes a new one. */
  release(): void {
    const loading = this.#loading;
    this.#loading = undefined;
    loading?.then(
      (ffmpeg) => ffmpeg.terminate(),
      () => undefined,
    );
  }

  #load(): Promise<FFmpeg> {
    this.#loading ??= load();
    this.#loading.catch(() => (this.#loading = undefined));
    return this.#loading;
  }
}

/** A stopped job need not wait for its turn, or for the wasm to load. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new OctaviaError('job.cancelled'));
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

async function load(): Promise<FFmpeg> {
  const ffmpeg = new FFmpeg();
  try {
    await ffmpeg.load({ classWorkerURL, coreURL, wasmURL });
    await ffmpeg.createDir('/in');
    await ffmpeg.createDir('/out');
    return ffmpeg;
  } catch (thrown) {
    ffmpeg.terminate();
    throw thrown;
  }
}

function commands(ffmpeg: FFmpeg, signal: AbortSignal): WasmRun {
  return {
    ffmpeg: (args, onSeconds) => logged(ffmpeg, () => ffmpeg.exec([...args]), onSeconds),
    ffprobe: async (args) => (await logged(ffmpeg, () => ffmpeg.ffprobe([...args]))).log,
    async list() {
      const nodes = await ffmpeg.listDir('/out');
      return nodes
        .filter((node) => !node.isDir)
        .map((node) => node.name)
        .sort();
    },
    async take(path) {
      throwIfAborted(signal);
      const name = path.split('/').at(-1);
      const nodes = await ffmpeg.listDir('/out');
      if (!nodes.some((node) => node.name === name)) return new Uint8Array(0);
      const bytes = (await ffmpeg.readFile(path)) as Uint8Array<ArrayBuffer>;
      await ffmpeg.deleteFile(path);
      return bytes;
    },
  };
}

async function logged(
  ffmpeg: FFmpeg,
  command: () => Promise<number>,
  onSeconds?: (seconds: number) => void,
): Promise<FfmpegResult> {
  let log = '';
  const onLog = ({ message }: { message: string }): void => {
    if (message !== END && log.length < LOG_CHARACTERS) log += `${message}\n`;
  };
  const onProgress = ({ time }: { time: number }): void => onSeconds?.(time / 1e6);
  ffmpeg.on('log', onLog);
  ffmpeg.on('progress', onProgress);
  try {
    return { ok: (await command()) === 0, log };
  } finally {
    ffmpeg.off('log', onLog);
    ffmpeg.off('progress', onProgress);
  }
}
