import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { TrustedProxies } from '../settings/proxies.ts';

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The address a request came from. The sender can write anything into X-Forwarded-For, so only what trusted proxies
 * appended counts: we read it from its end, where the nearest proxy wrote. Undefined for a request without a socket.
 */
export function addressOf(c: Context, proxies: TrustedProxies): string | undefined {
  const peer = peerOf(c);
  if (peer === undefined) return undefined;
  let address = plain(peer);
  const told = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => plain(one.trim()));
  for (let hops = 0; isTrusted(proxies, address, hops); hops++) {
    const before = told.pop();
    // A proxy that says nothing useful counts as the sender.
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

/** Whether a trusted proxy passed the request on: then its word about the original request counts. */
export function comesFromProxy(c: Context, proxies: TrustedProxies): boolean {
  const peer = peerOf(c);
  return peer !== undefined && isTrusted(proxies, plain(peer), 0);
}

function peerOf(c: Context): string | undefined {
  return (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress;
}

function isTrusted(proxies: TrustedProxies, address: string, hops: number): boolean {
  return proxies.kind === 'hops' ? hops < proxies.count : proxies.list.check(address, familyOf(address));
}

/** Sockets that listen on both protocols write IPv4 as `::ffff:192.0.2.1` (RFC 4291, 2.5.5.2). */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
