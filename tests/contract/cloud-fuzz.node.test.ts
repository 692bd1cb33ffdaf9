import { afterAll, beforeAll, expect, it } from 'vitest';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import { newUser, newWorker, randomBytesOf, uploadedJob, type TestUser } from '../support/cloud/user.ts';
import { FUZZ, seeded, type Random } from '../support/fuzz/random.ts';
import { junk, valueFor, type Schema } from '../support/fuzz/values.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;
let api: Api;

beforeAll(async () => {
  const limits = { pendingUploads: 1e6, openJobs: 1e6, requestsPerMinute: 1e6, workerRequestsPerMinute: 1e6 };
  ({ cloud, done } = await withCloud('postgres', { limits }));
  user = await newUser(cloud);
  api = (await (await cloud.api.request('/openapi.json')).json()) as Api;
});
afterAll(() => done());

const find = (ref: string) => api.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};

/** Ids of things that are there, so that requests get past the first question. */
async function things(): Promise<{ job: string; upload: string }> {
  const job = await uploadedJob(cloud, user, randomBytesOf(10));
  const { uploadId } = (await (await user.call(`/v1/jobs/${job}`)).json()) as { uploadId: string };
  return { job, upload: uploadId };
}

function addressOf(path: string, operation: Operation, ids: readonly string[], random: Random): string {
  const query = new URLSearchParams();
  const values = new Map<string, string>();
  for (const { name, in: place, schema } of operation.parameters ?? []) {
    const given = valueFor(schema, find, random);
    const text = typeof given === 'string' ? given.toWellFormed() : JSON.stringify(given);
    if (place === 'query' && random() < 0.8) query.set(name, text);
    if (place === 'path') {
      const known = name === 'id' && random() < 0.8 ? random.of(ids) : undefined;
      values.set(name, known ?? (text === '' || text.length > 200 ? 'x' : text));
    }
  }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values.get(name) ?? 'x'),
  );
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

function bodyOf({ requestBody }: Operation, random: Random): { body?: BodyInit; type?: string } {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (type === undefined || random() < 0.05) return {};
  if (random() < 0.05) return { body: '{"a":', type };
  if (type === 'application/json') {
    const value = random() < 0.1 ? junk(random) : valueFor(media?.schema ?? {}, find, random);
    return { body: JSON.stringify(value), type };
  }
  if (type === 'multipart/form-data') {
    const form = new FormData();
    const name = random.of(['a', `${'0'.repeat(32)}.pcm`]);
    if (random() < 0.5) form.set(name, 'text');
    else form.set(name, new Blob(['x']));
    return { body: form };
  }
  return { body: new Uint8Array(random.whole(100)), type };
}

it('every operation answers whatever it is sent with what it declares, and never with 500 (L10)', async () => {
  const undeclared = new Set<string>();
  for (let seed = 1; seed <= 12 * FUZZ; seed++) {
    const random = seeded(seed);
    const { job, upload } = await things();
    const worker = newWorker(cloud);
    const held = { id: job, attempt: 1 };
    if (random() < 0.7) await worker.claim(job);
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const address = addressOf(path, operation, [job, upload], random);
        const { body, type } = bodyOf(operation, random);
        const headers = type === undefined ? {} : { 'Content-Type': type };
        const init = { method: method.toUpperCase(), headers, ...(body === undefined ? {} : { body }) };
        // Waiting for a job is not what this is about.
        if (path === '/v1/jobs/claim') init.body = '{"wait_seconds":0}';
        const askers = [
          (init: object) => user.call(address, init),
          (init: object) => worker.call(address, init),
          (init: object) => worker.call(address, init, held),
          (init: object) => Promise.resolve(cloud.api.request(address, init)),
        ];
        const answer = await (random.of(askers) ?? user.call)(init as never);
        await answer.body?.cancel();
        const { status } = answer;
        if (status === 500 || !(status in operation.responses)) {
          undeclared.add(`${method} ${path}: ${status} (seed ${seed})`);
        }
      }
    }
  }
  expect([...undeclared]).toEqual([]);
});
