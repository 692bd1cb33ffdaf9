import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Bunny CDN token authentication, version 2 (docs.bunny.net, "Token authentication"): "HS256-" +
 * base64url(HMAC-SHA256(key, path + expires + "k=v&k=v" sorted by k)). Our own delivery route uses the same scheme, so
 * links work the same wherever the file is.
 * @param expires Unix seconds
 */
export function linkToken(
  key: string | Uint8Array,
  path: string,
  expires: number,
  params: Readonly<Record<string, string>> = {},
): string {
  const signed = Object.keys(params)
    .sort()
    .map((name) => `${name}=${params[name] ?? ''}`)
    .join('&');
  const mac = createHmac('sha256', key).update(`${path}${expires}${signed}`).digest('base64url');
  return `HS256-${mac}`;
}

/** @returns `origin` + path with token, expiry and the signed parameters */
export function signedLink(
  key: string | Uint8Array,
  origin: string,
  path: string,
  expires: Date,
  params: Readonly<Record<string, string>> = {},
): string {
  const seconds = Math.floor(expires.getTime() / 1000);
  const query = new URLSearchParams({
    token: linkToken(key, path, seconds, params),
    ...params,
    expires: String(seconds),
  });
  return `${origin}${path}?${query.toString()}`;
}

/** Whether the path, expiry and every parameter are as they were signed, and the link has not expired. */
export function linkIsValid(key: Uint8Array, url: URL, now = Date.now()): boolean {
  const params: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(params, name)) return false;
    params[name] = value;
  }
  const { token = '', expires = '', ...signed } = params;
  if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= now) return false;
  const wanted = Buffer.from(linkToken(key, url.pathname, Number(expires), signed));
  const given = Buffer.from(token);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
