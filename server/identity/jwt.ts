import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { compact } from '@octavia/pipeline/compact';
import { OctaviaError } from '@octavia/pipeline/errors';

/** Clocks of two machines may differ by this much: Clerk's own default, in seconds. */
const CLOCK_SKEW_SECONDS = 5;

/** What a kind of token must contain, besides a valid signature and expiry. */
export interface TokenRules {
  readonly issuer: string;
  readonly algorithm: 'RS256' | 'HS256';
  readonly typ: string;
  readonly audience?: string;
  readonly requiredClaims: readonly string[];
}

/**
 * The one place where tokens are checked: sessions, uploads and workers differ only in their keys and rules. Keys come
 * only from `key`; `jku`, `jwk` and `x5u` in a token's header are ignored.
 * Errors: `auth.required`; `unavailable` when the keys cannot be fetched.
 */
export async function verifyToken(
  token: string,
  key: JWTVerifyGetKey | Uint8Array,
  rules: TokenRules,
): Promise<JWTPayload> {
  const options = {
    algorithms: [rules.algorithm],
    issuer: rules.issuer,
    typ: rules.typ,
    requiredClaims: ['exp', 'iat', 'sub', ...rules.requiredClaims],
    clockTolerance: CLOCK_SKEW_SECONDS,
    ...compact({ audience: rules.audience }),
  };
  try {
    const verified =
      typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
    const { iat = 0 } = verified.payload;
    if (iat > Date.now() / 1000 + CLOCK_SKEW_SECONDS) throw new OctaviaError('auth.required');
    return verified.payload;
  } catch (error) {
    if (error instanceof OctaviaError) throw error;
    const refused = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
    if (refused && !isTransport(error)) throw new OctaviaError('auth.required', undefined, { cause: error });
    throw new OctaviaError('unavailable', undefined, { cause: error });
  }
}

/** jose throws its plain base error when the key server answers with anything but keys. */
function isTransport(error: Error): boolean {
  return error.constructor === errors.JOSEError;
}
