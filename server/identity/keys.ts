import { createHash, createHmac, hkdfSync, randomBytes, type webcrypto } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

/** The keys this server signs and encrypts with. Other processes on the same machine read the same folder. */
export interface ServerKeys {
  /** RS256 pair for local sessions and upload tokens. */
  readonly sign: webcrypto.CryptoKey;
  readonly verify: webcrypto.CryptoKey;
  readonly keyId: string;
  /** 32 bytes each: worker tokens, attempt tokens, signed links, wrapping of job keys. */
  readonly worker: Uint8Array;
  readonly attempts: Uint8Array;
  readonly links: Uint8Array;
  readonly wrap: Uint8Array;
}

/** Reads a file that only its owner may read; whichever process comes first creates it. */
async function secretFile(path: string, make: () => Promise<string>): Promise<string> {
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== undefined) return there;
  const mine = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(mine, await make(), { mode: 0o600 });
  await chmod(mine, 0o600);
  await link(mine, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(mine);
  return readFile(path, 'utf8');
}

/** All keys are derived from one secret. Each use has its own key, so none can stand in for another. */
function derive(secret: string, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'octavia', use, 32));
}

/** The key for worker tokens, for a worker that has the same secret. */
export function workerKey(secret: string): Uint8Array {
  if (secret.length < 32) throw new RangeError('The worker secret must have at least 32 characters.');
  return derive(secret, 'worker');
}

/**
 * @param folder where unset secrets are kept, mode 0600
 * @param set.secret OCTAVIA_SECRET; set.workerSecret OCTAVIA_WORKER_SECRET, both of 32 characters or more
 */
export async function openKeys(
  folder: string,
  set: { secret?: string | undefined; workerSecret?: string | undefined } = {},
): Promise<ServerKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const random = () => Promise.resolve(randomBytes(32).toString('base64url'));
  const secret = set.secret ?? (await secretFile(join(folder, 'secret'), random));
  const workerSecret = set.workerSecret ?? (await secretFile(join(folder, 'worker-secret'), random));
  const text = await secretFile(join(folder, 'signing-key.json'), async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    return JSON.stringify(await exportJWK(pair.privateKey));
  });
  const jwk = JSON.parse(text) as JWK & { n: string; e: string };
  const publicJwk: JWK = { kty: 'RSA', n: jwk.n, e: jwk.e };
  const sign = (await importJWK(jwk, 'RS256')) as webcrypto.CryptoKey;
  const verify = (await importJWK(publicJwk, 'RS256')) as webcrypto.CryptoKey;
  return {
    sign,
    verify,
    keyId: createHash('sha256').update(jwk.n).digest('base64url').slice(0, 16),
    worker: workerKey(workerSecret),
    attempts: derive(secret, 'attempts'),
    links: derive(secret, 'links'),
    wrap: derive(secret, 'wrap'),
  };
}

/** A name for a secret that does not reveal it. */
export function nameOf(secret: string): string {
  return createHmac('sha256', 'octavia').update(secret).digest('hex').slice(0, 32);
}
