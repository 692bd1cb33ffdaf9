import { compact } from '@octavia/pipeline/compact';
import { plainName } from '../links/disposition.ts';
import { signedLink } from '../links/token.ts';
import { OctaviaError } from '@octavia/pipeline/errors';
import { checkKey, checkMeasure, measured, streamOf, type Storage } from './storage.ts';
import { within } from './within.ts';

export interface BunnyStorageSettings {
  /** E.g. `https://storage.bunnycdn.com`, or with the region's prefix. */
  readonly endpoint: string;
  readonly zone: string;
  readonly accessKey: string;
  /** The pull zone in front of the storage zone, e.g. `https://results.b-cdn.net`, and its token key. */
  readonly pullZone: string;
  readonly tokenKey: string;
  /** Milliseconds allowed for a small call. */
  readonly callMs?: number;
}

/**
 * Bunny Storage over its HTTP API (docs.bunny.net, "Storage API"): PUT, GET, DELETE with an AccessKey, the
 * hash as uppercase hex in `Checksum`. Links go through the pull zone with token authentication. A pull zone
 * takes no response headers from a link; an Edge Rule of it ("Dynamic variables": `%{Query.name}`) names the
 * download after the link's `name`, which is signed with the rest.
 */
export function bunnyStorage(settings: BunnyStorageSettings): Storage {
  const urlOf = (key: string) => `${settings.endpoint.replace(/\/$/, '')}/${settings.zone}/${checkKey(key)}`;
  const headers = { AccessKey: settings.accessKey };

  const remove = (key: string) =>
    within((signal) => fetch(urlOf(key), { method: 'DELETE', headers, signal }), 0, settings.callMs);

  const get: Storage['get'] = async (key, range) => {
    const wanted = range ? { ...headers, Range: `bytes=${range.start}-${range.end}` } : headers;
    const response = await within(
      (signal) => fetch(urlOf(key), { headers: wanted, signal }),
      0,
      settings.callMs,
    );
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok || !response.body) throw await unavailable(response);
    const whole =
      response.headers.get('content-range')?.split('/')[1] ?? response.headers.get('content-length');
    return { bytes: Number(whole), etag: response.headers.get('etag') ?? '""', body: response.body };
  };

  return {
    kind: 'bunny',
    get,
    async put(key, body, options) {
      const counted = measured(body);
      const request: RequestInit & { duplex: 'half' } = {
        method: 'PUT',
        headers: {
          ...headers,
          'Content-Type': options.contentType,
          ...compact({ Checksum: options.sha256?.toUpperCase() }),
        },
        body: streamOf(counted.body),
        duplex: 'half',
      };
      const response = await within(
        (signal) => fetch(urlOf(key), { ...request, signal }),
        options.bytes,
        settings.callMs,
      );
      if (response.status !== 201) throw await unavailable(response);
      await response.body?.cancel();
      try {
        checkMeasure(counted.result(), options);
      } catch (error) {
        await remove(key);
        throw error;
      }
      return counted.result();
    },
    async stat(key) {
      const found = await get(key, { start: 0, end: 0 });
      await found?.body.cancel();
      return found && { bytes: found.bytes, etag: found.etag };
    },
    async delete(key) {
      const response = await remove(key);
      if (!response.ok && response.status !== 404) throw await unavailable(response);
      await response.body?.cancel();
    },
    link(key, { expires, filename }) {
      const name = plainName(filename);
      const path = `/${checkKey(key)}`;
      return Promise.resolve(signedLink(settings.tokenKey, settings.pullZone, path, expires, { name }));
    },
  };
}

async function unavailable(response: Response): Promise<OctaviaError> {
  const text = (await response.text()).slice(0, 300);
  const code = response.status === 400 ? 'output.missing' : 'unavailable';
  return new OctaviaError(code, undefined, {
    cause: new Error(`Bunny answered ${response.status}: ${text}`),
  });
}
