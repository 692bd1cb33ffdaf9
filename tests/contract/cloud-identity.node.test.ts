import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clerkIdentity } from '../../server/identity/clerk.ts';
import type { IdentityProvider } from '../../server/identity/identity.ts';
import { openKeys } from '../../server/identity/keys.ts';
import { localIdentity } from '../../server/identity/local.ts';
import { issueUploadToken } from '../../server/identity/upload-token.ts';
import { testFolder } from '../support/cloud/server.ts';
import { fakeJwks, newKey, type SigningKey } from '../fakes/jwks.ts';

const ORIGIN = 'https://octavia.test';
const ISSUER = 'https://clerk.octavia.test';
const rules = { issuer: ISSUER, authorizedParties: [ORIGIN] };

interface Harness {
  readonly identity: IdentityProvider;
  readonly key: SigningKey;
  close(): Promise<void>;
}

/** A session token as Clerk writes it, with changes. */
async function session(
  key: SigningKey,
  change: { claims?: Record<string, unknown>; header?: Record<string, unknown> } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    sub: 'user_1',
    sid: 'sess_1',
    azp: ORIGIN,
    sts: 'active',
    v: 2,
    iat: now,
    nbf: now - 10,
    exp: now + 60,
    ...change.claims,
  };
  const header = { alg: 'RS256', typ: 'JWT', kid: key.kid, ...change.header };
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

const harnesses: Record<string, () => Promise<Harness>> = {
  async clerk() {
    const key = await newKey('clerk-1');
    const jwks = await fakeJwks([key]);
    return { identity: clerkIdentity({ ...rules, jwksUrl: jwks.url }), key, close: jwks.close };
  },
  async local() {
    const folder = await testFolder();
    const keys = await openKeys(folder);
    const key = { kid: keys.keyId, privateKey: keys.sign, publicKey: keys.verify };
    const close = () => rm(folder, { recursive: true, force: true });
    return { identity: localIdentity(keys, rules), key, close };
  },
};

let harness: Harness;

const verify = (token: string) => harness.identity.verify(token);
const refused = (token: string) => expect(verify(token)).rejects.toMatchObject({ code: 'auth.required' });
const now = () => Math.floor(Date.now() / 1000);

describe.each(Object.keys(harnesses))('the identity port: %s', (name) => {
  beforeAll(async () => {
    harness = await harnesses[name]!();
  });
  afterAll(() => harness.close());

  describe('signatures and times', trusting);
  describe('what a token is for', belonging);
});

function trusting(): void {
  it('should know the user of a good token', async () => {
    const exp = now() + 60;
    const identity = await verify(await session(harness.key, { claims: { exp } }));
    expect(identity).toEqual({ userId: 'user_1', sessionId: 'sess_1', expiresAt: exp });
  });

  it('should refuse alg none, and HS256 signed with the public key (case 14)', async () => {
    const good = await session(harness.key);
    const payload = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    await refused(new UnsecuredJWT(payload).encode());
    const jwk = JSON.stringify(await exportJWK(harness.key.publicKey));
    for (const secret of [await exportSPKI(harness.key.publicKey), jwk]) {
      const forged = new SignJWT(payload).setProtectedHeader({
        alg: 'HS256',
        typ: 'JWT',
        kid: harness.key.kid,
      });
      await refused(await forged.sign(new TextEncoder().encode(secret)));
    }
    await refused(good.slice(0, -4));
    await refused('');
    await refused('a.b.c');
  });

  it('should keep to the times, give or take the clocks (case 15)', async () => {
    const at = (claims: Record<string, unknown>) => session(harness.key, { claims });
    await verify(await at({ exp: now() - 2 }));
    await refused(await at({ exp: now() - 8 }));
    await verify(await at({ nbf: now() + 2 }));
    await refused(await at({ nbf: now() + 60 }));
    await refused(await at({ exp: undefined }));
    await refused(await at({ iat: undefined }));
  });
}

function belonging(): void {
  it('should refuse another issuer, party, audience, and a pending session (case 16)', async () => {
    for (const claims of [
      { iss: 'https://clerk.evil.test' },
      { iss: undefined },
      { azp: 'https://evil.test' },
      { azp: [ORIGIN] },
      { aud: 'another-service' },
      { sts: 'pending' },
      { sub: '' },
      { sub: undefined },
      { sid: undefined },
    ]) {
      await refused(await session(harness.key, { claims }));
    }
  });

  it('should refuse a token of another kind', async () => {
    for (const typ of ['worker+jwt', 'upload+jwt', 'at+jwt', undefined]) {
      await refused(await session(harness.key, { header: { typ } }));
    }
  });

  it('should ignore keys that a token brings along (case 17)', async () => {
    const evil = await newKey(harness.key.kid);
    const jwk = await exportJWK(evil.publicKey);
    const evilJwks = await fakeJwks([evil]);
    try {
      await refused(await session(evil, { header: { jwk } }));
      await refused(await session(evil, { header: { jku: evilJwks.url } }));
      expect(evilJwks.state.fetches).toBe(0);
    } finally {
      await evilJwks.close();
    }
  });
}

describe("Clerk's keys", () => {
  it('a flood of unknown key ids fetches at most once in a cooldown (case 17)', async () => {
    const key = await newKey('known');
    const jwks = await fakeJwks([key]);
    const identity = clerkIdentity({ ...rules, jwksUrl: jwks.url });
    try {
      await identity.verify(await session(key));
      const fetches = jwks.state.fetches;
      const flood = Array.from({ length: 50 }, async (_, i) =>
        identity.verify(await session(key, { header: { kid: `unknown-${i}` } })).catch(() => undefined),
      );
      await Promise.all(flood);
      expect(jwks.state.fetches).toBeLessThanOrEqual(fetches + 1);
      await identity.verify(await session(key));
    } finally {
      await jwks.close();
    }
  });

  it('a rotated key is found, and known ones work while Clerk is down (case 18)', async () => {
    const [old, next] = [await newKey('old'), await newKey('next')];
    const jwks = await fakeJwks([old]);
    const identity = clerkIdentity({ ...rules, jwksUrl: jwks.url, cooldownMs: 50 });
    try {
      await identity.verify(await session(old));
      jwks.state.keys = [old, next];
      await new Promise((resolve) => setTimeout(resolve, 100));
      await identity.verify(await session(next));
      jwks.state.down = true;
      await identity.verify(await session(old));
      await identity.verify(await session(next));
      await new Promise((resolve) => setTimeout(resolve, 100));
      const unknown = identity.verify(await session(await newKey('newest')));
      await expect(unknown).rejects.toMatchObject({ code: 'unavailable' });
      await identity.verify(await session(next));
    } finally {
      await jwks.close();
    }
  });
});

describe("the server's own keys", () => {
  it('stay the same over restarts, for two processes that start at once, and for nobody else to read', async () => {
    const folder = await testFolder();
    try {
      const [one, two] = await Promise.all([openKeys(folder), openKeys(folder)]);
      expect([two.keyId, two.worker, two.links]).toEqual([one.keyId, one.worker, one.links]);
      for (const name of ['secret', 'worker-secret', 'signing-key.json']) {
        expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      }
      expect(
        new Set([one.worker, one.links, one.wrap].map((key) => Buffer.from(key).toString('hex'))),
      ).toHaveLength(3);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("an upload's token is no session, and a session no upload's token", async () => {
    const folder = await testFolder();
    try {
      const keys = await openKeys(folder);
      const identity = localIdentity(keys, rules);
      const upload = { id: 'u', userId: 'user_1', expiresAt: new Date(Date.now() + 60_000) };
      const token = await issueUploadToken(keys, upload);
      await expect(identity.verify(token)).rejects.toMatchObject({ code: 'auth.required' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
