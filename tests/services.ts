import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The real Postgres and Redis that the tests use: those at OCTAVIA_TEST_DATABASE_URL and
 * OCTAVIA_TEST_REDIS_URL or on their usual ports of this machine, or else started here, in a temporary folder
 * (Postgres may not be run by root, and its own user may not see root's home). They are left running for the
 * next test file.
 */
export const servicesFolder = join(tmpdir(), 'octavia-test-services');

async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const end = (yes: boolean) => {
      socket.destroy();
      done(yes);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

async function untilAnswers(port: number, name: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${name} was started but does not answer on port ${port}.`);
}

function run(program: string, args: readonly string[]): void {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status === 0) return;
  const why = done.error?.message ?? done.stderr;
  throw new Error(`${program} is needed for these tests (Debian: postgresql, redis-server): ${why}`);
}

/** Debian keeps the server's programs off the PATH. */
function postgresProgram(name: string): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? name : `/usr/lib/postgresql/${newest}/bin/${name}`;
}

/** @returns the address of a Postgres on which databases may be made */
export async function ensurePostgres(): Promise<string> {
  const given = process.env['OCTAVIA_TEST_DATABASE_URL'];
  if (given) return given;
  const user = encodeURIComponent(process.env['PGUSER'] ?? process.env['USER'] ?? 'root');
  if (await answers(5432)) return `postgres://${user}@127.0.0.1:5432/postgres`;
  const url = `postgres://octavia@127.0.0.1:54329/postgres`;
  if (await answers(54329)) return url;
  const data = join(servicesFolder, 'postgres');
  await mkdir(servicesFolder, { recursive: true });
  // Postgres refuses to run as root.
  const root = process.getuid?.() === 0;
  const as = (program: string, args: readonly string[]) =>
    root ? run('runuser', ['-u', 'postgres', '--', program, ...args]) : run(program, args);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await mkdir(data, { recursive: true, mode: 0o700 });
    if (root) run('chown', ['postgres', servicesFolder, data]);
    as(postgresProgram('initdb'), ['-D', data, '-U', 'octavia', '-A', 'trust', '-E', 'UTF8']);
  }
  const options = `-p 54329 -k ${data} -c listen_addresses=127.0.0.1`;
  as(postgresProgram('pg_ctl'), ['-D', data, '-o', options, '-l', join(data, 'log'), '-w', 'start']);
  await untilAnswers(54329, 'Postgres');
  return url;
}

/** @returns the address of a Redis in which tests may make keys of their own */
export async function ensureRedis(): Promise<string> {
  const given = process.env['OCTAVIA_TEST_REDIS_URL'];
  if (given) return given;
  if (await answers(6379)) return 'redis://127.0.0.1:6379';
  await startRedis(63799);
  return 'redis://127.0.0.1:63799';
}

/** A Redis of a test's own on a port of its own, which it may stop and empty. */
export async function startRedis(port: number): Promise<{ stop: () => Promise<void> }> {
  if (await answers(port)) return { stop: () => Promise.resolve() };
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: 'ignore', detached: true });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(new Error(`redis-server is needed for these tests (Debian: redis-server): ${error.message}`)),
    );
  });
  child.unref();
  await Promise.race([failed, untilAnswers(port, 'Redis')]);
  return {
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGKILL');
      }),
  };
}
