import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../../gpu-worker/cli/octavia.ts');

export interface Called {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Sends SIGINT once stderr matches. */
  readonly interruptAt?: RegExp;
  /** Called with what stderr says so far, whenever it says more. */
  readonly onStderr?: (soFar: string) => void;
}

/** Runs the command line as a process of its own, without the set-up before it. */
export function octavia(args: readonly string[], options: CallOptions = {}): Promise<Called> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr);
    if (!interrupted && options.interruptAt?.test(stderr) === true) {
      interrupted = true;
      child.kill('SIGINT');
    }
  });
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs ffmpeg or ffprobe. @returns stdout and stderr */
export function ffmpeg(program: 'ffmpeg' | 'ffprobe', ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return { stdout, stderr };
}
