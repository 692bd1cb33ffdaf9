import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '@octavia/server';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'octavia-listen-'));
const page = '<!doctype html><title>Octavia</title>';
writeFileSync(join(root, 'index.html'), page);
afterAll(() => rmSync(root, { recursive: true }));

describe('listening', () => {
  it('should serve over a socket and stop when told', async () => {
    const running = await listen({ root, port: 0, host: '127.0.0.1' });
    const response = await fetch(running.url, { headers: { Range: 'bytes=0-8' } });
    expect([response.status, await response.text()]).toEqual([206, page.slice(0, 9)]);
    await running.close();
    await expect(fetch(running.url)).rejects.toThrow();
  });

  it('should cut a connection whose headers do not come, and refuse more than it takes (F3)', async () => {
    const running = await listen({ root, port: 0, host: '127.0.0.1', headersMs: 200, connections: 1 });
    const port = Number(new URL(running.url).port);
    const slow = createConnection(port, '127.0.0.1');
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const told: Buffer[] = [];
    slow.on('data', (data: Buffer) => told.push(data));
    await once(slow, 'connect');
    const second = createConnection(port, '127.0.0.1');
    second.on('error', () => undefined);
    await once(second, 'close');
    await once(slow, 'close');
    expect(Buffer.concat(told).toString()).toMatch(/^HTTP\/1\.1 408 /);
    expect((await fetch(running.url)).status).toBe(200);
    await running.close();
  });

  it('should say that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(listen({ root, port, host: '127.0.0.1' })).rejects.toThrow(/is used by another program/);
    await new Promise((resolve) => other.close(resolve));
  });

  it('should say that the page is not built', async () => {
    const empty = listen({ root: join(root, 'none'), port: 0, host: '127.0.0.1' });
    await expect(empty).rejects.toMatchObject({
      code: 'page.not_built',
      message: expect.stringMatching(/npm start/) as string,
    });
  });
});
