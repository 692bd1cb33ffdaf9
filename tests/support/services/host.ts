import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { answers, asUser, freePort, run, startLeashed, type Leashed } from './leash.ts';
import { useServices } from './address.ts';

/** A service as tests see it: its address, and its end. */
interface Service extends Leashed {
  readonly url: string;
}

export interface ServicesHost {
  /** Answers GET /postgres and GET /redis with an address; the first to ask has the service started. */
  readonly origin: string;
  /** Ends what was started. */
  stop(): Promise<void>;
}

const STARTERS: Readonly<Record<string, () => Promise<Service>>> = {
  '/postgres': startPostgres,
  '/redis': async () => {
    const port = await freePort();
    return { url: `redis://127.0.0.1:${port}`, ...(await startRedis(port)) };
  },
};

/** Offers one Postgres and one Redis to every process of a test run, each started when it is first asked for. */
export async function hostServices(): Promise<ServicesHost> {
  const started = new Map<string, Promise<Service>>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const service = started.get(path) ?? STARTERS[path]?.();
    if (service === undefined) return void response.writeHead(404).end();
    started.set(path, service);
    service.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      for (const one of await Promise.allSettled(started.values())) {
        if (one.status === 'fulfilled') await one.value.stop();
      }
    },
  };
}

/** Vitest's global set-up hook; what it returns is called at the end of the run. */
export async function setup(): Promise<() => Promise<void>> {
  const host = await hostServices();
  useServices(host.origin);
  return () => host.stop();
}

/** A Redis of a test's own, which it may stop and start again on the same port. */
export async function startRedis(port: number): Promise<Leashed> {
  run(['redis-server', '--version']);
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return startLeashed({ name: 'Redis', command: ['redis-server', ...options], ready: () => answers(port) });
}

async function startPostgres(): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-postgres-'));
  // Postgres refuses to run as root, and its own user may not see root's folders.
  const user = process.getuid?.() === 0 ? 'postgres' : undefined;
  if (user !== undefined) run(['chown', user, folder]);
  run(
    asUser(user, [
      program('initdb'),
      '-D',
      folder,
      '-U',
      'octavia',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
    ]),
  );
  const port = await freePort();
  // Nothing outlives the run, so nothing need reach the disk.
  const quick = ['fsync=off', 'full_page_writes=off'].flatMap((setting) => ['-c', setting]);
  const options = ['-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', ...quick];
  const command = [program('postgres'), '-D', folder, ...options];
  const url = `postgres://octavia@127.0.0.1:${port}/postgres`;
  const ready = () => accepts(url);
  return { url, ...(await startLeashed({ name: 'Postgres', command, ready, folder, user })) };
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

/** Debian keeps the server's programs off the PATH. */
function program(name: string): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? name : `/usr/lib/postgresql/${newest}/bin/${name}`;
}
