import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * Sites with names and HTTPS of their own on this machine, for what browsers grant to such alone: cookies of one site
 * across its hosts. The certificate is made for this run; the browser is told to take it.
 * @param sites what answers for each host, e.g. `app.octavia.test`
 */
export async function tlsSites(sites: Readonly<Record<string, Fetch>>) {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=octavia.test', '-days', '2', '-nodes'];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...[...subject, '-keyout', key, '-out', cert],
  ]);
  const identity = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  const listener = getRequestListener((request) => {
    const site = sites[new URL(request.url).hostname];
    return site?.(request) ?? new Response('no such host', { status: 421 });
  });
  const server = createServer(identity, (incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const rules = Object.keys(sites).map((host) => `MAP ${host} 127.0.0.1:${port}`);
  return {
    /** Switches of a Chromium that finds these sites, without ports in their addresses. */
    switches: [`--host-resolver-rules=${rules.join(',')}`, '--ignore-certificate-errors'],
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
