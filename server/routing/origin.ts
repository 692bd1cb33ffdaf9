import type { Context } from 'hono';
import type { CloudConfig } from '../settings/config.ts';
import { comesFromProxy } from './address.ts';

/** The origin at which the caller reaches this server: `https` where a trusted proxy terminates TLS and says so. */
export function originFor(config: CloudConfig, c: Context): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const { origin, host } = new URL(c.req.url);
  const secure = comesFromProxy(c, config.proxies) && nearest(c.req.header('x-forwarded-proto')) === 'https';
  return secure ? `https://${host}` : origin;
}

/** The last entry of a list that every proxy appends to. */
function nearest(list: string | undefined): string | undefined {
  return list?.split(',').at(-1)?.trim().toLowerCase();
}
