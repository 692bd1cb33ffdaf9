import { BlockList, isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { OctaviaError } from '@octavia/pipeline';
import type { Context } from 'hono';

/** Which of the addresses that a request has come by belong to proxies of ours: so many, or those in a list. */
export type TrustedProxies =
  { readonly kind: 'hops'; readonly count: number } | { readonly kind: 'listed'; readonly list: BlockList };

const MOST_HOPS = 20;

/**
 * @param text of OCTAVIA_TRUSTED_PROXIES: how many proxies stand in front of this server, or their addresses and
 * subnets (`10.0.0.0/8, ::1`); none when it is not set
 * Errors: `call.invalid`.
 */
export function readProxies(text: string | undefined): TrustedProxies {
  const value = text?.trim() ?? '';
  if (/^\d{0,2}$/.test(value) && Number(value) <= MOST_HOPS) return { kind: 'hops', count: Number(value) };
  const list = new BlockList();
  for (const entry of value.split(',').map((one) => one.trim())) addTo(list, entry);
  return { kind: 'listed', list };
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', bits, rest] = entry.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
  if (version === 0 || prefix > most || rest !== undefined) {
    throw new OctaviaError(
      'call.invalid',
      `OCTAVIA_TRUSTED_PROXIES takes 0 to ${MOST_HOPS} hops, or addresses and subnets; "${entry}" is neither.`,
    );
  }
  list.addSubnet(address, prefix, familyOf(address));
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The address that a request came from. Whoever sends one can write what they like into X-Forwarded-For, so of that
 * header only what trusted proxies have appended counts: it is read from its end, where the nearest one wrote.
 * Undefined for a request that came over no socket.
 */
export function addressOf(c: Context, proxies: TrustedProxies): string | undefined {
  const env = c.env as Partial<HttpBindings> | undefined;
  const peer = env?.incoming?.socket.remoteAddress;
  if (peer === undefined) return undefined;
  let address = plain(peer);
  const told = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => plain(one.trim()));
  for (let hops = 0; isTrusted(proxies, address, hops); hops++) {
    const before = told.pop();
    // A proxy that says nothing of use speaks for itself.
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function isTrusted(proxies: TrustedProxies, address: string, hops: number): boolean {
  return proxies.kind === 'hops' ? hops < proxies.count : proxies.list.check(address, familyOf(address));
}

/** Sockets that listen on both protocols write IPv4 as `::ffff:192.0.2.1` (RFC 4291, 2.5.5.2). */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
