import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CLI = join(import.meta.dirname, '../../../gpu-worker/cli/octavia.ts');

export interface Served {
  readonly child: ChildProcess;
  /** Without a slash at the end. */
  readonly origin: string;
  /** Process numbers of the workers it has started (Linux). */
  workers(): number[];
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** All that it has said. */
  output(): string;
}

/** Runs `octavia serve` as a process of its own on a free port, until it says where it is. */
export async function startServe(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let over = false;
  void ended.then(() => (over = true));
  const ready = () => /ready at (http:\S+)\//.exec(output)?.[1];
  while (ready() === undefined && !over) await sleep(50);
  const origin = ready();
  if (origin === undefined) throw new Error(`octavia serve ended: ${output}`);
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  const workers = () =>
    over ? [] : readFileSync(children, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return { child, origin, workers, ended, output: () => output };
}

export async function isReady(origin: string): Promise<true | undefined> {
  const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true ? true : undefined;
}
