import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { supervise } from '../../gpu-worker/queue/supervise.ts';

function runner(program: string) {
  const started: ChildProcess[] = [];
  const ready: ChildProcess[] = [];
  const said: string[] = [];
  const start = () => {
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    started.push(child);
    child.once('message', () => ready.push(child));
    return child;
  };
  return { started, ready, said, supervisor: supervise(start, (line) => void said.push(line), 40) };
}

const ended = (child: ChildProcess | undefined) => child?.exitCode !== null || child.signalCode !== null;

it('a process that crashes is started again, after pauses that grow', async () => {
  const { started, said, supervisor } = runner('process.exit(3)');
  while (started.length < 4) await sleep(20);
  await supervisor.stop();
  const pauses = said.slice(0, 3).map((line) => Number(/in ([\d.]+) s/.exec(line)?.[1]));
  expect(pauses).toEqual([0.04, 0.08, 0.16]);
  expect(said[0]).toContain('code 3');
  const count = started.length;
  await sleep(400);
  expect(started).toHaveLength(count);
  expect(started.every(ended)).toBe(true);
});

it('a process that was killed is replaced, and stopping tells the new one to end and waits for it', async () => {
  const program = `
    process.on('disconnect', () => setTimeout(() => process.exit(0), 200));
    process.send('ready');`;
  const { started, ready, said, supervisor } = runner(program);
  while (ready.length < 1) await sleep(20);
  started[0]?.kill('SIGKILL');
  while (ready.length < 2) await sleep(20);
  expect(said).toEqual(['the worker has ended (SIGKILL); restarting it in 0.04 s']);
  expect(ended(started[1])).toBe(false);
  await supervisor.stop();
  expect(started[1]?.exitCode).toBe(0);
  expect(started).toHaveLength(2);
});
