import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/settings/config.ts';
import { addressOf } from '../../server/routing/address.ts';
import { originFor } from '../../server/routing/origin.ts';
import { readProxies } from '../../server/settings/proxies.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { listen } from '../fakes/listen.ts';

const MOST = 5;

/** Requests for sessions over real sockets, all from this machine, as a proxy on it sends them. */
describe.each([
  ['without the setting', undefined],
  ['with one hop', '1'],
  ['with its address', '127.0.0.1, ::1'],
  ['with the address of another', '192.0.2.1'],
])('who asks for sessions, %s', (_, setting) => {
  let cloud: TestCloud;
  let done: () => Promise<void>;
  let server: Awaited<ReturnType<typeof listen>>;
  const trusted = setting !== undefined && setting !== '192.0.2.1';

  beforeAll(async () => {
    const proxies = readProxies(setting);
    ({ cloud, done } = await withCloud('pglite', { proxies, limits: { requestsPerMinute: MOST } }));
    server = await listen(new Hono().route('/', cloud.api));
  });
  afterAll(async () => {
    await server.close();
    await done();
  });

  /** @returns how many of twice as many as are allowed were let through */
  const letThrough = async (forwarded: (n: number) => string) => {
    const ask = async (n: number) => {
      const headers = { 'X-Forwarded-For': forwarded(n) };
      return (await fetch(`${server.origin}/v1/session`, { method: 'POST', headers })).status;
    };
    const all = await Promise.all(Array.from({ length: 2 * MOST }, (_, n) => ask(n)));
    return all.filter((status) => status === 200).length;
  };

  it(trusted ? 'is each user behind the proxy' : 'is the one that the socket names', async () => {
    // Users of a proxy that appends where they come from.
    const users = await letThrough((n) => `198.51.100.${n}`);
    expect(users).toBe(trusted ? 2 * MOST : MOST);
  });

  it('cannot be made up by a user', async () => {
    // What the user has written is in front of what the proxy appends.
    const spoofed = await letThrough((n) => `203.0.113.${n}, 198.51.100.200`);
    expect(spoofed).toBe(trusted ? MOST : 0);
  });
});

describe('the origin of links', () => {
  const originBehind = async (setting: string, peer: string, proto?: string, publicUrl?: string) => {
    const config = { ...readConfig({}), proxies: readProxies(setting), publicUrl };
    const app = new Hono();
    app.get('/', (c) => c.json(originFor(config, c)));
    const init = proto === undefined ? {} : { headers: { 'X-Forwarded-Proto': proto } };
    const env = { incoming: { socket: { remoteAddress: peer } } };
    return (await app.request('http://dub.example/', init, env)).json() as Promise<string>;
  };

  it.each([
    ['a trusted proxy that ends TLS', '1', '10.0.0.1', 'https', 'https://dub.example'],
    ['one behind another', '2', '10.0.0.1', 'http, https', 'https://dub.example'],
    ['a trusted proxy without TLS', '1', '10.0.0.1', 'http', 'http://dub.example'],
    ['a proxy that says nothing', '1', '10.0.0.1', undefined, 'http://dub.example'],
    ['a stranger who claims TLS', '192.0.2.1', '10.0.0.1', 'https', 'http://dub.example'],
  ])('behind %s', async (_, setting, peer, proto, wanted) => {
    expect(await originBehind(setting, peer, proto)).toBe(wanted);
  });

  it('is the configured address before anything else', async () => {
    expect(await originBehind('1', '10.0.0.1', 'http', 'https://octavia.example')).toBe(
      'https://octavia.example',
    );
  });
});

describe('the address of a request', () => {
  const from = async (setting: string, peer: string | undefined, forwarded?: string) => {
    const app = new Hono();
    app.get('/', (c) => c.json(addressOf(c, readProxies(setting)) ?? null));
    const env = peer === undefined ? {} : { incoming: { socket: { remoteAddress: peer } } };
    const init = forwarded === undefined ? {} : { headers: { 'X-Forwarded-For': forwarded } };
    const answered = await app.request('/', init, env);
    return (await answered.json()) as unknown;
  };

  it.each([
    ['nobody to trust', '', '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['two hops', '2', '10.0.0.2', '9.9.9.9, 203.0.113.7, 10.0.0.1', '203.0.113.7'],
    ['more hops than there were', '3', '10.0.0.2', '203.0.113.7', '203.0.113.7'],
    ['a proxy that says nothing', '1', '10.0.0.2', undefined, '10.0.0.2'],
    ['a proxy that passes nonsense on', '1', '10.0.0.2', '203.0.113.7, unknown', '10.0.0.2'],
    ['a subnet', '10.0.0.0/8', '10.0.0.2', '9.9.9.9, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['another subnet', '10.0.0.0/8', '11.0.0.2', '9.9.9.9', '11.0.0.2'],
    ['a socket for both protocols', '10.0.0.2', '::ffff:10.0.0.2', '203.0.113.7', '203.0.113.7'],
    ['IPv6', 'fd00::/8', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ])('with %s', async (_, setting, peer, forwarded, wanted) => {
    expect(await from(setting, peer, forwarded)).toBe(wanted);
  });

  it('is unknown without a socket, whatever a header says', async () => {
    expect(await from('5', undefined, '203.0.113.7')).toBeNull();
  });
});

it.each(['-1', '1.5', '99', 'yes', '10.0.0.0/33', '10.0.0.1;10.0.0.2', '10.0.0.1,', '1/2/3', 'fd00::/8/1'])(
  'a setting of "%s" is refused at the start',
  (text) => {
    const read = () => readConfig({ OCTAVIA_TRUSTED_PROXIES: text });
    expect(read).toThrow(expect.objectContaining({ code: 'call.invalid' }));
  },
);

it('nobody is trusted unless it is set', () => {
  for (const env of [{}, { OCTAVIA_TRUSTED_PROXIES: '' }, { OCTAVIA_TRUSTED_PROXIES: '0' }]) {
    expect(readConfig(env).proxies).toEqual({ kind: 'hops', count: 0 });
  }
});
