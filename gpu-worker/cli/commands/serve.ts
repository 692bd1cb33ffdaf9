import { join } from 'node:path';
import { listen, openCloud, readConfig, type Cloud } from '@octavia/server';
import { command } from '../arguments.ts';
import { cloudFolder, ROOT } from '../places.ts';
import { wholeNumber } from '../values.ts';

export const serve = command({
  name: 'serve',
  summary: 'Serves the page on this machine.',
  positionals: [],
  flags: {
    cloud: { type: 'switch', help: 'Also take uploads and jobs, for "octavia worker" to do.' },
    port: { type: 'text', value: 'N', help: 'Port (4173; 0 lets the system choose).' },
    host: { type: 'text', value: 'ADDRESS', help: 'Address to listen on (127.0.0.1: this machine only).' },
  },
  async run({ port, host = '127.0.0.1', cloud }, _, terminal) {
    let opened: Cloud | undefined;
    const openApi = async () => {
      opened = await openCloud(readConfig({ OCTAVIA_DATA: cloudFolder(), ...process.env }));
      return opened.api;
    };
    const running = await listen({
      root: join(ROOT, 'build'),
      port: wholeNumber('port', port, 65_535) ?? 4173,
      host,
      ...(cloud ? { api: openApi } : {}),
    });
    terminal.result(`Octavia is ready at ${running.url}`);
    await new Promise<void>((resolve) => {
      if (terminal.stopped.aborted) resolve();
      else terminal.stopped.addEventListener('abort', () => resolve(), { once: true });
    });
    await running.close();
    await opened?.close();
    return 0;
  },
});
