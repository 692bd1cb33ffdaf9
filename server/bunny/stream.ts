import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { signedLink } from '../links/token.ts';
import { OctaviaError } from '@octavia/pipeline/errors';

export interface BunnyStreamSettings {
  /** `https://video.bunnycdn.com` */
  readonly api: string;
  readonly libraryId: string;
  readonly apiKey: string;
  /** Signs the webhooks. */
  readonly readOnlyKey: string;
  /** E.g. `https://vz-123.b-cdn.net`, with "Keep Original Files" on, and its token key. */
  readonly pullZone: string;
  readonly tokenKey: string;
}

/** What Bunny Stream does for us: it receives uploads over tus and reports when they are complete. */
export interface BunnyStream {
  createVideo(title: string): Promise<string>;
  /** The address and headers with which a browser may upload one video. */
  presign(guid: string, expires: Date): { url: string; headers: Record<string, string> };
  /** How far the video's upload has come; undefined when Bunny does not know the video. */
  uploadState(guid: string): Promise<'pending' | 'arrived' | 'failed' | undefined>;
  /** Removes the video; does nothing if there is none. */
  deleteVideo(guid: string): Promise<void>;
  /** A link to the file as it was uploaded. */
  originalLink(guid: string, expires: Date): string;
  /** Whether a webhook's signature headers match its raw body. */
  signatureIsValid(headers: Headers, raw: Uint8Array): boolean;
}

const Created = z.object({ guid: z.string().min(1) });
const Video = z.object({ status: z.int() });

/** The enum of GET /library/{id}/videos/{guid}, which is not the webhook's: 0 created … 5 error, 6 upload failed. */
function stateOf(status: number): 'pending' | 'arrived' | 'failed' {
  if (status === 5 || status === 6) return 'failed';
  return status >= 1 && status <= 4 ? 'arrived' : 'pending';
}

const API_TIMEOUT_MS = 15_000;

export function bunnyStream(settings: BunnyStreamSettings): BunnyStream {
  const videos = `${settings.api}/library/${settings.libraryId}/videos`;
  const ask = (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { AccessKey: settings.apiKey, Accept: 'application/json', 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    });
  return {
    async createVideo(title) {
      const response = await ask(videos, { method: 'POST', body: JSON.stringify({ title }) });
      const body = Created.safeParse(await response.json().catch(() => undefined));
      if (!response.ok || !body.success) {
        throw new OctaviaError('unavailable', undefined, {
          cause: new Error(`Bunny Stream: ${response.status}`),
        });
      }
      return body.data.guid;
    },
    presign(guid, expires) {
      const expire = Math.floor(expires.getTime() / 1000);
      const signature = createHash('sha256')
        .update(`${settings.libraryId}${settings.apiKey}${expire}${guid}`)
        .digest('hex');
      const headers = {
        AuthorizationSignature: signature,
        AuthorizationExpire: String(expire),
        LibraryId: settings.libraryId,
        VideoId: guid,
      };
      return { url: `${settings.api}/tusupload`, headers };
    },
    async uploadState(guid) {
      const response = await ask(`${videos}/${encodeURIComponent(guid)}`);
      if (response.status === 404) return undefined;
      const body = Video.safeParse(await response.json().catch(() => undefined));
      if (!response.ok || !body.success) throw new OctaviaError('unavailable');
      return stateOf(body.data.status);
    },
    async deleteVideo(guid) {
      const response = await ask(`${videos}/${encodeURIComponent(guid)}`, { method: 'DELETE' });
      await response.body?.cancel();
      if (!response.ok && response.status !== 404) throw new OctaviaError('unavailable');
    },
    originalLink: (guid, expires) =>
      signedLink(settings.tokenKey, settings.pullZone, `/${guid}/original`, expires),
    signatureIsValid(headers, raw) {
      if (headers.get('x-bunnystream-signature-version') !== 'v1') return false;
      if (headers.get('x-bunnystream-signature-algorithm') !== 'hmac-sha256') return false;
      const wanted = Buffer.from(createHmac('sha256', settings.readOnlyKey).update(raw).digest('hex'));
      const given = Buffer.from(headers.get('x-bunnystream-signature') ?? '');
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    },
  };
}
