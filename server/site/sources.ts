import type { CloudConfig } from '../settings/config.ts';
import type { PageSources } from './headers.ts';

/** The origins the page needs with this configuration: for uploading, signing in and playing. */
export function pageSources({ bunnyStream, clerk, storage }: CloudConfig): PageSources {
  const connect = [bunnyStream?.api, clerk?.issuer];
  const results =
    storage.kind === 's3' ? storage.endpoint : storage.kind === 'bunny' ? storage.pullZone : undefined;
  const origins = (urls: readonly (string | undefined)[]) =>
    urls.filter((url) => url !== undefined).map((url) => new URL(url).origin);
  // A video uploaded to Bunny Stream is played from there, beside its dub.
  return { connect: origins(connect), media: origins([results, bunnyStream?.pullZone]) };
}
