import type { Context } from 'hono';
import type { CloudConfig } from '../config.ts';

/** The origin under which the caller reaches this server. */
export function originFor(config: CloudConfig, c: Context): string {
  return config.publicUrl ?? new URL(c.req.url).origin;
}

/** Makes a link whole that may lack its origin: those of files on this server's disk do. */
export function absoluteFor(config: CloudConfig, c: Context, link: string): string {
  return new URL(link, originFor(config, c)).href;
}
