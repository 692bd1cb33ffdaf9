import { randomUUID } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { Hono, type Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import { newKey } from './jwks.ts';

/** Where the fake instance stands; one site, as Clerk asks of a production instance. */
export interface ClerkPlaces {
  /** Of the application, e.g. `https://app.octavia.test`. */
  readonly app: string;
  /** Of the Frontend API, which is also the tokens' issuer. */
  readonly api: string;
  /** Of the hosted pages to sign in at. */
  readonly accounts: string;
}

interface SignedIn {
  readonly sessionId: string;
  readonly userId: string;
  readonly email: string;
}

/**
 * A production instance of Clerk, as far as a page uses it: the Frontend API with its `__client` cookie (environment,
 * client, tokens, sign-out), the hosted sign-in page, and the public keys. Anybody may sign in with an address.
 */
export async function fakeClerk({ app: appOrigin, api, accounts }: ClerkPlaces) {
  const key = await newKey('clerk-live');
  const clients = new Map<string, SignedIn | undefined>();
  const calls: string[] = [];
  const state = { tokenSeconds: 60 };

  const app = new Hono();
  app.use('/v1/*', cors({ origin: appOrigin, credentials: true }));
  app.use('/v1/*', (c, next) => {
    calls.push(`${c.req.query('_method') ?? c.req.method} ${c.req.path}`);
    return next();
  });

  const clientOf = (c: Context): string | undefined => {
    const id = getCookie(c, '__client');
    return id !== undefined && clients.has(id) ? id : undefined;
  };

  app.get('/v1/environment', (c) => c.json(environment(appOrigin, accounts)));
  app.get('/v1/client', (c) => {
    const id = clientOf(c);
    return c.json({ response: id === undefined ? null : clientJson(id, clients.get(id)), client: null });
  });
  // Clerk's clients send every other method as POST, named by `_method`.
  app.post('/v1/client/sessions', (c) => {
    const id = clientOf(c);
    if (id === undefined || c.req.query('_method') !== 'DELETE') return c.json({ errors: [] }, 401);
    clients.set(id, undefined);
    return c.json({ response: clientJson(id, undefined), client: null });
  });
  app.post('/v1/client/sessions/:session/touch', (c) => {
    const id = clientOf(c);
    const signedIn = id === undefined ? undefined : clients.get(id);
    if (id === undefined || signedIn === undefined) return c.json({ errors: [] }, 401);
    return c.json({ response: sessionJson(signedIn), client: clientJson(id, signedIn) });
  });
  app.post('/v1/client/sessions/:session/tokens', async (c) => {
    const signedIn = clients.get(clientOf(c) ?? '');
    if (signedIn?.sessionId !== c.req.param('session')) {
      return c.json({ errors: [{ code: 'authentication_invalid', message: 'Unable to authenticate' }] }, 401);
    }
    const jwt = await new SignJWT({ sid: signedIn.sessionId, azp: appOrigin, sts: 'active', v: 2 })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
      .setIssuer(api)
      .setSubject(signedIn.userId)
      .setIssuedAt()
      .setNotBefore('-10s')
      .setExpirationTime(`${state.tokenSeconds}s`)
      .sign(key.privateKey);
    return c.json({ object: 'token', jwt });
  });

  app.get('/.well-known/jwks.json', async (c) =>
    c.json({ keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, alg: 'RS256', use: 'sig' }] }),
  );

  // Where to go afterwards stands behind the `#`, as Clerk's own pages have it.
  app.get('/sign-in', (c) =>
    c.html(`<!doctype html><title>Sign in</title><form method="post">
      <input type="hidden" name="back"><label>Email <input name="email" type="email"></label><button>Continue</button>
      </form><script>
      const asked = new URLSearchParams(location.hash.replace('#/', '')).get('redirect_url');
      document.querySelector('[name=back]').value = asked ?? '${appOrigin}';
      </script>`),
  );
  app.post('/sign-in', async (c) => {
    const form = await c.req.formData();
    const [email = '', back = ''] = ['email', 'back'].map((name) => (form.get(name) as string | null) ?? '');
    const id = clientOf(c) ?? `client_${randomUUID()}`;
    clients.set(id, { sessionId: `sess_${randomUUID()}`, userId: `user_${email.split('@')[0]}`, email });
    const domain = new URL(api).hostname.split('.').slice(1).join('.');
    setCookie(c, '__client', id, { domain, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' });
    // An empty fragment, or the browser keeps the one it has.
    return c.redirect(`${back}#`, 303);
  });

  return {
    app,
    /** What the page has asked the Frontend API, e.g. `GET /v1/client`. */
    calls,
    state,
    /** Names this instance to the page: `pk_live_` and the API's host, ended by `$`, in base 64. */
    publishableKey: `pk_live_${Buffer.from(`${new URL(api).host}$`).toString('base64')}`,
    /** Ends every session, as an operator may. */
    revoke: () => clients.forEach((_, id) => clients.set(id, undefined)),
  };
}

function environment(app: string, accounts: string) {
  return {
    auth_config: { object: 'auth_config', id: 'aconf_1', single_session_mode: true, claimed_at: null },
    display_config: {
      object: 'display_config',
      id: 'display_1',
      instance_environment_type: 'production',
      application_name: 'Octavia',
      home_url: app,
      sign_in_url: `${accounts}/sign-in`,
      sign_up_url: `${accounts}/sign-up`,
      after_sign_in_url: app,
      after_sign_out_all_url: app,
      after_sign_out_one_url: app,
    },
    user_settings: { attributes: {}, social: {}, actions: {}, sign_in: {}, sign_up: {} },
    organization_settings: {},
    commerce_settings: {},
    maintenance_mode: false,
  };
}

const NOW = Date.now();

function clientJson(id: string, signedIn: SignedIn | undefined) {
  return {
    object: 'client',
    id,
    sessions: signedIn === undefined ? [] : [sessionJson(signedIn)],
    sign_in: null,
    sign_up: null,
    last_active_session_id: signedIn?.sessionId ?? null,
    created_at: NOW,
    updated_at: Date.now(),
  };
}

function sessionJson({ sessionId, userId, email }: SignedIn) {
  const address = { object: 'email_address', id: 'idn_1', email_address: email, linked_to: [] };
  return {
    object: 'session',
    id: sessionId,
    status: 'active',
    expire_at: NOW + 7 * 86_400_000,
    abandon_at: NOW + 30 * 86_400_000,
    last_active_at: Date.now(),
    last_active_token: null,
    last_active_organization_id: null,
    actor: null,
    tasks: null,
    created_at: NOW,
    updated_at: Date.now(),
    user: {
      object: 'user',
      id: userId,
      primary_email_address_id: 'idn_1',
      email_addresses: [{ ...address, verification: { object: 'verification', status: 'verified' } }],
      phone_numbers: [],
      web3_wallets: [],
      external_accounts: [],
      enterprise_accounts: [],
      passkeys: [],
      organization_memberships: [],
      created_at: NOW,
      updated_at: NOW,
    },
    public_user_data: { identifier: email },
  };
}
