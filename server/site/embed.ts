import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressOf } from '../routing/address.ts';
import type { EmbedConfig } from '../settings/embed.ts';
import { EMBED_PATH, securityHeaders, type EmbedSources } from './headers.ts';

/** Parameters that name the site's own files (src/lib/embed/parameters.ts). */
const FILES = ['src', 'poster', 'subtitles', 'ready'];

/** Who may show a frame with the site's own files, and what it may fetch; undefined for any other request. */
export function embedSources(c: Context, config: EmbedConfig): EmbedSources | undefined {
  const own = c.req.path === EMBED_PATH && FILES.some((name) => c.req.query(name) !== undefined);
  return own ? config : undefined;
}

/** Counts the embeds that a network address opens. */
export function limitEmbeds({ perMinute, proxies }: EmbedConfig): MiddlewareHandler {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (c, next) => {
    const address = addressOf(c, proxies);
    try {
      if (address !== undefined) await limiter.consume(address);
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown;
      const wait = Math.ceil(thrown.msBeforeNext / 1000);
      const headers = { ...securityHeaders({ path: c.req.path }), 'Retry-After': String(wait) };
      return c.text('Too many requests. Wait a moment.\n', 429, headers);
    }
    return next();
  };
}
