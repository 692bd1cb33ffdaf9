/** Where the run's host of services listens; vitest's global set-up and the bench put it there. */
const HOST = 'OCTAVIA_TEST_SERVICES';

/** @returns the address of a real Postgres on which databases may be made: OCTAVIA_TEST_DATABASE_URL or the run's own */
export async function ensurePostgres(): Promise<string> {
  return process.env['OCTAVIA_TEST_DATABASE_URL'] ?? ask('postgres');
}

/** @returns the address of a real Redis in which tests may make keys: OCTAVIA_TEST_REDIS_URL or the run's own */
export async function ensureRedis(): Promise<string> {
  return process.env['OCTAVIA_TEST_REDIS_URL'] ?? ask('redis');
}

/** From here on, this process and those it starts use the services of a host. */
export function useServices(host: string): void {
  process.env[HOST] = host;
}

async function ask(name: 'postgres' | 'redis'): Promise<string> {
  const host = process.env[HOST];
  if (host === undefined)
    throw new Error(`This run started no host for ${name} (tests/support/services/host.ts).`);
  const response = await fetch(`${host}/${name}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
