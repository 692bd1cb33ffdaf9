import { SignJWT } from 'jose';
import { verifyToken } from './jwt.ts';
import type { ServerKeys } from './keys.ts';

const ISSUER = 'octavia';
const AUDIENCE = 'octavia-upload';

/** Lets its holder send the bytes of one upload, and nothing else, until the upload expires. */
export async function issueUploadToken(
  keys: ServerKeys,
  upload: { id: string; userId: string; expiresAt: Date },
): Promise<string> {
  return new SignJWT({ upload: upload.id })
    .setProtectedHeader({ alg: 'RS256', typ: 'upload+jwt', kid: keys.keyId })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(upload.userId)
    .setIssuedAt()
    .setExpirationTime(upload.expiresAt)
    .sign(keys.sign);
}

/** Errors: `auth.required`. */
export async function verifyUploadToken(
  keys: ServerKeys,
  token: string,
): Promise<{ userId: string; uploadId: string }> {
  const claims = await verifyToken(token, () => keys.verify, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithm: 'RS256',
    typ: 'upload+jwt',
    requiredClaims: ['upload'],
  });
  return { userId: String(claims.sub), uploadId: String(claims['upload']) };
}
