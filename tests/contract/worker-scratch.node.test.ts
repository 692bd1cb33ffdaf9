import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

it.runIf(process.platform !== 'win32')(
  'what a killed worker had on its disk is gone at once (L14)',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'octavia-scratch-'));
    const program = `
    import { writeFileSync } from 'node:fs';
    import { makeScratch } from ${JSON.stringify(resolve('gpu-worker/queue/scratch.ts'))};
    const { folder } = await makeScratch(${JSON.stringify(root)});
    writeFileSync(folder + '/input', 'a video of people');
    console.log(folder);
    setInterval(() => undefined, 1000);`;
    const worker = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(worker.stdout, 'data')) as [Buffer];
    const folder = said.toString().trim();
    expect(existsSync(join(folder, 'input'))).toBe(true);
    worker.kill('SIGKILL');
    await expect.poll(() => existsSync(folder)).toBe(false);
    await rm(root, { recursive: true });
  },
);
