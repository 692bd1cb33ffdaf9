import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { listen, openCloud, pageSources, readConfig, readEmbedConfig, type Cloud } from '@octavia/server';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { createShelf } from '../../packs/shelf.ts';
import { supervise, type Supervisor } from '../../queue/supervise.ts';
import { command } from '../call/arguments.ts';
import { fetchBasic, type Background } from '../models/background.ts';
import { cloudFolder, ROOT } from '../call/places.ts';
import type { Terminal } from '../call/terminal.ts';
import { wholeNumber } from '../call/values.ts';

const MOST_WORKERS = 64;

export const serve = command({
  name: 'serve',
  summary: 'Serves the page on this machine, and with --cloud takes uploads and dubs them.',
  positionals: [],
  flags: {
    cloud: { type: 'switch', help: 'Also take uploads and jobs.' },
    workers: {
      type: 'text',
      value: 'N',
      help: 'Workers to start with the cloud (1; 0 if they run elsewhere).',
    },
    port: { type: 'text', value: 'N', help: 'Port (4173; 0 lets the system choose).' },
    host: { type: 'text', value: 'ADDRESS', help: 'Address to listen on (127.0.0.1: this machine only).' },
  },
  async run({ port, host = '127.0.0.1', cloud, workers }, _, terminal) {
    const count = wholeNumber('workers', workers, MOST_WORKERS) ?? 1;
    const config = cloud ? readConfig(environment(terminal)) : undefined;
    let opened: Cloud | undefined;
    const places = packPlaces();
    let background: Background | undefined;
    const shelf = createShelf(
      await readCatalogue(places),
      places.store,
      () => background?.now(),
      () => background?.stop(),
    );
    const running = await listen({
      root: join(ROOT, 'build'),
      port: wholeNumber('port', port, 65_535) ?? 4173,
      host,
      shelf,
      embed: readEmbedConfig(process.env),
      ...(config
        ? { sources: pageSources(config), api: async () => (opened = await openCloud(config)).api }
        : {}),
    });
    const crew: Supervisor[] = [];
    try {
      terminal.result(`Octavia is ready at ${running.url}`);
      background = fetchBasic(places, terminal);
      await running.opened;
      if (config) crew.push(...Array.from({ length: count }, () => startWorker(running.url, terminal)));
      await untilStopped(terminal.stopped);
    } finally {
      // Workers hand their jobs back, so they stop before the API does.
      await Promise.all(crew.map((worker) => worker.stop()));
      background?.stop();
      await background?.ended;
      await running.close();
      await opened?.close();
    }
    return 0;
  },
});

/** On a terminal, a log line for each request would only get in the way. */
function environment(terminal: Terminal) {
  return { OCTAVIA_DATA: cloudFolder(), OCTAVIA_LOG: terminal.live ? 'warn' : 'info', ...process.env };
}

function startWorker(url: string, terminal: Terminal): Supervisor {
  const cli = join(ROOT, 'gpu-worker', 'cli', 'octavia.ts');
  const args = [cli, 'worker', '--url', url, '--scratch', join(cloudFolder(), 'scratch')];
  return supervise(
    () => spawn(process.execPath, args, { stdio: ['ignore', 2, 2, 'ipc'] }),
    (line) => terminal.say(line),
  );
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
