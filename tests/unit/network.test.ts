import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countNetwork } from '../../gpu-worker/network.ts';

const server = createServer((incoming, answer) => {
  incoming.resume().on('end', () => answer.end('thanks'));
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => void server.close());

it('starts at nothing and counts what fetch sends', async () => {
  const network = countNetwork();
  expect(network.read()).toEqual({ requests: 0, bytesSent: 0 });
  await (await fetch(url, { method: 'POST', body: new Uint8Array(70_000) })).text();
  expect(network.read()).toEqual({ requests: 1, bytesSent: 70_000 });
  network.close();
  await (await fetch(url)).text();
  expect(network.read().requests).toBe(1);
});

it('counts what node:http sends', async () => {
  const network = countNetwork();
  await new Promise<void>((resolve) => {
    const sent = request(url, { method: 'POST' }, (answer) => answer.resume().on('end', resolve));
    sent.end(new Uint8Array(5000));
  });
  expect(network.read().requests).toBe(1);
  expect(network.read().bytesSent).toBeGreaterThanOrEqual(5000);
  network.close();
});
