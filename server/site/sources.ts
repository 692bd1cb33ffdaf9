import type { CloudConfig } from '../settings/config.ts';
import type { PageSources } from './headers.ts';

/** The origins that the page needs with this configuration: where it uploads to, signs in, and what it plays from. */
export function pageSources({ bunnyStream, clerk, storage }: CloudConfig): PageSources {
  const connect = [bunnyStream?.api, clerk?.issuer];
  const results =
    storage.kind === 's3' ? storage.endpoint : storage.kind === 'bunny' ? storage.pullZone : undefined;
  const origins = (urls: readonly (string | undefined)[]) =>
    urls.filter((url) => url !== undefined).map((url) => new URL(url).origin);
  // What was uploaded to Bunny Stream is played beside its dub from there.
  return { connect: origins(connect), media: origins([results, bunnyStream?.pullZone]) };
}
