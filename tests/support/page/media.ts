import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Stream {
  readonly codec_type: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly tags?: { readonly language?: string };
  readonly disposition: { readonly default: number };
}

export async function streams(file: string): Promise<{ streams: Stream[]; seconds: number }> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-of',
    'json',
    '-show_streams',
    '-show_format',
    file,
  ]);
  const probed = JSON.parse(stdout) as { streams: Stream[]; format: { duration: string } };
  return { streams: probed.streams, seconds: Number(probed.format.duration) };
}

/** Makes a clip with ffmpeg's arguments. */
export async function makeClip(file: string, ...options: readonly string[]): Promise<string> {
  await run('ffmpeg', ['-y', '-v', 'error', ...options, file]);
  return file;
}
