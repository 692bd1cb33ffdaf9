import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { octavia } from '../support/cli/octavia.ts';

/** Names that the proxy was asked to connect to. It connects to none. */
const asked: string[] = [];
const proxy = createServer().on('connect', ({ url }, socket) => {
  asked.push(url ?? '');
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

beforeEach(() => void (asked.length = 0));
afterAll(() => void proxy.close());

/** Tries to fetch a model from a host that only a proxy could know, until the first try has failed. */
async function pull(env: Readonly<Record<string, string>>): Promise<string> {
  const { stderr } = await octavia(['models', 'pull', 'whisper-base'], {
    env: { OCTAVIA_PACKAGES: 'none', OCTAVIA_MODEL_HOST: 'https://models.example', ...env },
    interruptAt: /tried again|unreachable/,
  });
  return stderr;
}

it.each(['HTTPS_PROXY', 'https_proxy'])('fetches models through the proxy in %s', async (name) => {
  const said = await pull({ [name]: address });
  expect(asked).toContain('models.example:443');
  expect(said).toContain('Proxy response (502)');
});

it('asks no proxy for what NO_PROXY names', async () => {
  await pull({ HTTPS_PROXY: address, NO_PROXY: 'models.example' });
  expect(asked).toEqual([]);
});

it('refuses a proxy that is no address', async () => {
  const { code, stderr } = await octavia(['models', 'list'], { env: { HTTPS_PROXY: 'not an address' } });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('[call.invalid]') as string });
});
