import type { Context } from 'hono';
import type { CloudConfig } from '../settings/config.ts';

/** The origin under which the caller reaches this server. */
export function originFor(config: CloudConfig, c: Context): string {
  return config.publicUrl ?? new URL(c.req.url).origin;
}
