import { BlockList, isIP } from 'node:net';
import { OctaviaError } from '@octavia/pipeline/errors';

/** Which of the addresses a request came through are our proxies: a number of them, or those in a list. */
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
  list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
}
