import { OpenAPIHono } from '@hono/zod-openapi';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { accountRoutes } from '../account/routes.ts';
import { deliveryRoutes } from '../delivery/route.ts';
import { offerRoutes } from '../offer/routes.ts';
import { sessionRoutes } from '../session/routes.ts';
import { removeRoutes } from '../jobs/remove-route.ts';
import { fileRoutes } from '../jobs/file-routes.ts';
import { jobRoutes } from '../jobs/routes.ts';
import { workerRoutes } from '../jobs/worker-routes.ts';
import { addressOf } from '../routing/address.ts';
import { refuseUnstorable } from '../routing/text.ts';
import type { Services } from '../services/services.ts';
import { uploadRoutes } from '../uploads/routes.ts';
import { TUS_PATH } from '../uploads/request.ts';
import { tusRoutes } from '../uploads/tus.ts';
import { webhookRoutes } from '../uploads/webhook.ts';
import { answerFor, errorResponse } from '../routing/errors.ts';
import { healthRoutes } from './health.ts';

/** Bytes of a JSON body: the report of a long video has a few thousand segments. */
const JSON_BYTES = 16 * 2 ** 20;

/**
 * The cloud's HTTP interface, to be mounted at the root of a server: it handles /v1, /webhooks, /openapi.json,
 * /healthz, /readyz and /metrics, and leaves every other path alone.
 */
export function createApi(services: Services): OpenAPIHono {
  const api = new OpenAPIHono();
  api.onError((error, c) => answerError(services, c, error));
  for (const path of ['/v1/*', '/webhooks/*']) {
    api.use(path, observe(services));
    api.use(path, limitRefused(services));
    api.use(path, limitJson());
  }
  api.use('/v1/*', refuseUnstorable());
  api.route('/', healthRoutes(services));
  api.route('/', deliveryRoutes(services.storage, services.keys.links));
  api.route('/', tusRoutes(services));
  api.route('/', offerRoutes(services));
  api.route('/', sessionRoutes(services));
  api.route('/', accountRoutes(services));
  api.route('/', uploadRoutes(services));
  api.route('/', webhookRoutes(services));
  api.route('/', jobRoutes(services));
  api.route('/', removeRoutes(services));
  api.route('/', workerRoutes(services));
  api.route('/', fileRoutes(services));
  api.all('/v1/*', () => {
    throw new OctaviaError('not.found');
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'session', { type: 'http', scheme: 'bearer' });
  api.openAPIRegistry.registerComponent('securitySchemes', 'worker', { type: 'http', scheme: 'bearer' });
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Octavia', version: '1', description: `Bytes go up over tus 1.0 (${TUS_PATH}).` },
  });
  return api;
}

function answerError(services: Services, c: Context, thrown: unknown): Response {
  const answer = answerFor(thrown);
  const { status, error } = answer;
  const { method, path } = c.req;
  if (status >= 500) services.log.error({ err: error.cause ?? error, method, path }, error.code);
  const response = errorResponse(c, answer);
  response.headers.set('Cache-Control', 'no-store');
  if (status === 429) response.headers.set('Retry-After', '10');
  if (status === 503) response.headers.set('Retry-After', '2');
  return response;
}

/** A response is data for this origin's own page: not to be run, framed, or read from elsewhere. */
const SAFE: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
];

/** RFC 6797, for a year. */
const HSTS = ['Strict-Transport-Security', 'max-age=31536000'] as const;

/** One log line and one measurement per request: the route's pattern, never an address with a token in it. */
function observe({ config, log, metrics }: Services): MiddlewareHandler {
  const safe = config.publicUrl?.startsWith('https:') ? [...SAFE, HSTS] : SAFE;
  return async (c, next) => {
    const from = performance.now();
    await next();
    const seconds = (performance.now() - from) / 1000;
    const { method } = c.req;
    const { status } = c.res;
    const route = routePath(c);
    metrics.requests.observe({ method, route, status: String(status) }, seconds);
    log.info({ method, route, status, ms: Math.round(seconds * 1000) }, 'request');
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
    for (const [name, value] of safe) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}

/** Callers that keep sending bad tokens or signatures have to wait before we check another. */
function limitRefused({ config, limit }: Services): MiddlewareHandler {
  return async (c, next) => {
    const address = addressOf(c, config.proxies);
    if (address === undefined) return next();
    await limit.mayTry(address);
    await next();
    if (c.res.status === 401) await limit.refused(address);
  };
}

/** Bodies other than files are held in memory, so their size is limited. */
function limitJson(): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: JSON_BYTES,
    onError: () => {
      throw new OctaviaError('request.too_large');
    },
  });
  const isFile = /^\/v1\/(?:uploads\/files\/|jobs\/[^/]+\/(?:outputs\/|checkpoint$))/;
  return (c, next) => (isFile.test(c.req.path) ? next() : limit(c, next));
}
