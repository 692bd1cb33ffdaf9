import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Claim } from '../../server/jobs/worker-shapes.ts';
import type { UploadTicket } from '../../server/uploads/shapes.ts';
import { forbidden, wishOf } from '../../src/lib/cloud/wish.ts';
import { withCloud, type TestCloud } from '../support/cloud/server.ts';
import {
  createTus,
  newUser,
  newWorker,
  patchTus,
  requestUpload,
  type TestUser,
} from '../support/cloud/user.ts';

let cloud: TestCloud;
let done: () => Promise<void>;
let user: TestUser;

beforeAll(async () => {
  ({ cloud, done } = await withCloud('pglite'));
  user = await newUser(cloud);
});
afterAll(() => done());

const BYTES = new Uint8Array(1_000);
const order = {
  jobId: 'here',
  inputName: 'talk.mp4',
  source: 'en',
  target: 'es',
  pack: 'auto',
  voice: { kind: 'clone' },
  background: 'duck',
  keepOriginal: true,
  device: 'auto',
} as const;
const consent = { clonedVoices: true, at: '2026-11-25T02:00:00.000Z' } as const;

const refusalOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
};

it('the consent that was given on the page reaches the worker', async () => {
  const ticket = await requestUpload(user, BYTES.byteLength, await wishOf({ ...order, consent }));
  await createTus(cloud, ticket, BYTES.byteLength);
  await patchTus(cloud, ticket, 0, BYTES);
  const { jobs } = (await (await user.call('/v1/jobs')).json()) as { jobs: { id: string }[] };
  const claim = (await (await newWorker(cloud).claim(jobs[0]?.id ?? '')).json()) as Claim;
  expect(claim.wish).toMatchObject({ voice: { kind: 'clone' }, consent });
});

it('without it cloning is refused before anything is uploaded', async () => {
  const file = { filename: 'talk.mp4', size: BYTES.byteLength, content_type: 'video/mp4' };
  const requested = await user.post('/v1/uploads/request', { ...file, job: await wishOf(order) });
  expect(await refusalOf(requested)).toEqual([400, 'policy.consent_required']);
  // Also for a job of the device that goes on here, which the page begins itself.
  const handed = await user.post('/v1/uploads/request', {
    ...file,
    job: await wishOf(order),
    handover: true,
  });
  expect(await refusalOf(handed)).toEqual([400, 'policy.consent_required']);
  const upload = await requestUpload(user, BYTES.byteLength);
  const started = await user.post('/v1/jobs', { upload_id: upload.upload_id, job: await wishOf(order) });
  expect(await refusalOf(started)).toEqual([400, 'policy.consent_required']);
});

it('the page knows it before it asks anyone', () => {
  expect(forbidden(order)).toBe('policy.consent_required');
  expect(forbidden({ ...order, consent })).toBeUndefined();
  expect(forbidden({ ...order, voice: { kind: 'match' } })).toBeUndefined();
});

it('a handed-over job is looked at with its upload, and made by the page alone', async () => {
  const job = await wishOf({ ...order, consent });
  const file = { filename: 'talk.mp4', size: BYTES.byteLength, content_type: 'video/mp4' };
  const requested = await user.post('/v1/uploads/request', { ...file, job, handover: true });
  const ticket = (await requested.json()) as UploadTicket;
  await createTus(cloud, ticket, BYTES.byteLength);
  await patchTus(cloud, ticket, 0, BYTES);
  const made = { upload_id: ticket.upload_id, job, handover: true };
  const first = await user.post('/v1/jobs', made);
  expect([first.status, await first.json()]).toMatchObject([201, { status: 'running', attempt: 1 }]);
});
