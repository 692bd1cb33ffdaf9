import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { until } from '../patience.ts';
import type { TestCloud } from './server.ts';

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  /** Waits until it has printed a text. */
  said(text: string): Promise<void>;
  output(): string;
}

interface WorkerOptions {
  readonly worker?: string;
  /** Folder of models: it really dubs. */
  readonly models?: string;
  /** Where it kills itself. */
  readonly dieAt?: string;
  /** The step that it never takes. */
  readonly holdAt?: number;
}

/** Starts tests/fakes/worker-process.ts, ready to take a job of the server. */
export async function startWorkerProcess(
  cloud: TestCloud,
  url: string,
  scratch: string,
  { worker = 'w', ...more }: WorkerOptions = {},
): Promise<WorkerProcess> {
  const key = Buffer.from(cloud.services.keys.worker).toString('base64');
  const { redisUrl, redisPrefix } = cloud.config;
  const settings = JSON.stringify({
    url,
    key,
    worker,
    scratch,
    stepMs: 10,
    once: true,
    redisUrl,
    redisPrefix,
    ...more,
  });
  const child = spawn(process.execPath, [resolve('tests/fakes/worker-process.ts'), settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const said = async (text: string) => {
    await until(`"${text}"`, () => output.includes(text) || undefined).catch((cause: unknown) => {
      throw new Error(output, { cause });
    });
  };
  await said('ready');
  return { child, exited, said, output: () => output };
}
