import { randomUUID } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys, workerKey } from '@octavia/server/identity/keys';
import { redisQueue } from '@octavia/server/queue/redis-queue';
import { createWorkerApi } from '../../queue/api.ts';
import { createCalls } from '../../queue/calls.ts';
import { dubProcess } from '../../queue/dub-process.ts';
import { apiSource, queueSource } from '../../queue/source.ts';
import { runWorker } from '../../queue/worker.ts';
import { command } from '../call/arguments.ts';
import { cloudFolder, modelsFolder } from '../call/places.ts';
import { settings } from '../../settings/settings.ts';

const DEVICES = ['auto', 'cuda', 'webgpu', 'cpu'] as const;

/** The key of a server on this machine, or of OCTAVIA_WORKER_SECRET on another one. */
async function ownKey(): Promise<Uint8Array> {
  const { OCTAVIA_WORKER_SECRET: secret } = settings();
  if (secret !== undefined) return workerKey(secret);
  return (await openKeys(join(cloudFolder(), 'keys'))).worker;
}

export const worker = command({
  name: 'worker',
  summary: 'Dubs the jobs of a server, one after another.',
  positionals: [],
  flags: {
    url: { type: 'text', value: 'ADDRESS', help: 'The server (http://127.0.0.1:4173).' },
    once: { type: 'switch', help: 'Exit after one job, so that the machine can be removed.' },
    device: { type: 'text', choices: DEVICES, help: 'Where models run (auto).' },
    scratch: { type: 'text', value: 'FOLDER', help: 'For temporary files, removed after each job.' },
  },
  async run({ url = 'http://127.0.0.1:4173', once, device, scratch }, _, terminal) {
    const name = `${hostname()}-${randomUUID().slice(0, 8)}`;
    const calls = createCalls({ url: url.replace(/\/$/, ''), key: await ownKey(), worker: name });
    const api = createWorkerApi(calls);
    const { REDIS_URL: redis, OCTAVIA_REDIS_PREFIX: prefix, OCTAVIA_JOB_HOURS: hours } = settings();
    const queue = redis === undefined ? undefined : await redisQueue({ url: redis, prefix, consumer: name });
    terminal.say(`worker ${name} asks ${queue ? 'Redis and ' : ''}${url} for jobs`);
    try {
      const outcomes = await runWorker(
        {
          api,
          calls,
          process: dubProcess(modelsFolder(), DEVICES.find((one) => one === device) ?? 'auto'),
          scratchRoot: scratch ?? join(tmpdir(), 'octavia-worker'),
          source: queue ? queueSource(api, queue) : apiSource(api),
          mostSeconds: hours * 3600,
          once,
          say: (line) => terminal.say(line),
        },
        terminal.stopped,
      );
      return once && outcomes[0] !== 'done' ? 1 : 0;
    } finally {
      await queue?.close();
    }
  },
});
