import { OctaviaError } from '@octavia/pipeline/errors';
import { readProxies, type TrustedProxies } from './proxies.ts';
import { readSettings, type Environment } from './setting.ts';
import { EMBED_SETTINGS } from './table.ts';

/** Who may show the embed with their own clip, and where such a clip may come from. */
export interface EmbedConfig {
  /** Origins as a Content-Security-Policy takes them. */
  readonly sites: readonly string[];
  readonly clips: readonly string[];
  /** Embeds that one network address may open per minute. */
  readonly perMinute: number;
  readonly proxies: TrustedProxies;
}

/** A policy's host source (CSP 3, 2.3.1) that means exactly one origin, or all hosts below a name. */
const ORIGIN = /^https?:\/\/(?:(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** Reads the embed's settings. Errors: `call.invalid`, naming what is not an origin. */
export function readEmbedConfig(environment: Environment): EmbedConfig {
  const set = readSettings(EMBED_SETTINGS, environment);
  const sites = originsIn('OCTAVIA_EMBED_SITES', set.OCTAVIA_EMBED_SITES);
  return {
    sites,
    clips:
      set.OCTAVIA_EMBED_CLIPS === undefined
        ? sites
        : originsIn('OCTAVIA_EMBED_CLIPS', set.OCTAVIA_EMBED_CLIPS),
    perMinute: set.OCTAVIA_EMBED_PER_MINUTE,
    proxies: readProxies(set.OCTAVIA_TRUSTED_PROXIES),
  };
}

function originsIn(name: string, text: string | undefined): string[] {
  const origins = (text ?? '').split(',').map((one) => one.trim().toLowerCase().replace(/\/$/, ''));
  return origins.filter(Boolean).map((origin) => {
    if (ORIGIN.test(origin)) return origin;
    throw new OctaviaError(
      'call.invalid',
      `${name} takes origins like https://example.com, not "${origin}".`,
    );
  });
}
