import { Refusal, refusalFrom, unreachable, type Call } from '@octavia/server/send';
import { describe, expect, it } from 'vitest';
import { Cloud } from '../../src/lib/cloud/cloud.svelte.ts';
import type { Offer } from '../../src/lib/cloud/meet.ts';
import type { CloudPlatform } from '../../src/lib/cloud/platform.ts';
import type { UploadRecord } from '../../src/lib/cloud/records.ts';
import type { Session } from '../../src/lib/cloud/session.ts';
import type { JobWish } from '../../src/lib/cloud/wish.ts';

const FILE = new File(['0123456789'], 'talk.mp4');
const WISH = { target: 'es' } as JobWish;
const LOCAL = { sign_in: { kind: 'local' }, uploads: 2 } as Offer;
const CLERK = { sign_in: { kind: 'clerk', publishable_key: 'pk_test' } } as Offer;
const SIGNAL = new AbortController().signal;

/** What the API gives to a call: a body, or an error. */
type Answer = object | Error;

type Answers = Readonly<Record<string, Answer | Answer[]>>;

const ANSWERS: Answers = {
  'GET /v1/offer': LOCAL,
  'POST /v1/session': { token: 'local', expires_at: '2100-01-01T00:00:00Z' },
  'POST /v1/uploads/request': { upload_id: 'u1' },
  'POST /v1/jobs': { id: 'j1', uploadId: 'u1', status: 'queued' },
  'DELETE /v1/uploads/u1': {},
};

interface Setting {
  readonly answers?: Answers;
  readonly records?: readonly UploadRecord[];
  readonly platform?: Partial<CloudPlatform>;
  readonly used?: boolean;
}

/** A cloud that answers as said, in a browser that has kept what is said. */
function cloud({ answers = {}, records = [], platform = {}, used = false }: Setting = {}) {
  const given: Answers = { ...ANSWERS, ...answers };
  const calls: string[] = [];
  const tokens: (string | undefined)[] = [];
  const kept = new Map(records.map((record) => [record.id, record]));
  const notes = new Map<string, string>(used ? [['octavia.cloud', '']] : []);
  const handedOver: string[][] = [];
  const answer = ({ method, path }: Call): Response => {
    const name = `${method} ${path}`;
    calls.push(name);
    const known = given[name] ?? {};
    const next: Answer = Array.isArray(known) ? ((known as Answer[]).shift() ?? {}) : known;
    if (next instanceof Error) throw next;
    return Response.json(next);
  };
  const made = new Cloud({
    send: (session: Session | undefined) => async (call, signal) => {
      if (session) tokens.push(await session.token(false, signal));
      return answer(call);
    },
    sendFile: () => Promise.resolve(),
    uploads: {
      read: () => Promise.resolve([...kept.values()]),
      write: (record) => Promise.resolve(void kept.set(record.id, record)),
      forget: (id) => Promise.resolve(void kept.delete(id)),
    },
    notes: { getItem: (key) => notes.get(key) ?? null, setItem: (key, value) => void notes.set(key, value) },
    clock: {
      date: () => 7,
      now: () => 0,
      pause: () => Promise.resolve(),
      backOnline: () => Promise.resolve(),
    },
    alone: (_, work) => work(),
    handOver: (fromJob, jobId) => Promise.resolve(void handedOver.push([fromJob, jobId])),
    handleOf: () => undefined,
    openHandle: () => Promise.resolve(undefined),
    jobFile: () => Promise.resolve(undefined),
    openAccount: () => Promise.reject(new Refusal('cloud.no_sign_in')),
    ...platform,
  });
  return { cloud: made, calls, tokens, kept, notes, handedOver };
}

const record = (change: Partial<UploadRecord> = {}): UploadRecord => ({
  id: 'u1',
  filename: 'talk.mp4',
  bytes: 10,
  fingerprint: 'f',
  createdAt: 0,
  wish: WISH,
  url: undefined,
  paused: false,
  handle: undefined,
  fromJob: undefined,
  ...change,
});

const hang: CloudPlatform['sendFile'] = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('a page whose user has not used the cloud', () => {
  it('asks it nothing, not even whether it is there', async () => {
    const { cloud: it, calls } = cloud({ records: [record()] });
    await it.open();
    expect([calls, it.offer, it.present, it.uploads]).toEqual([[], undefined, false, []]);
  });
});

describe('whether there is a cloud', () => {
  it('is asked once, and the server itself lets every browser in', async () => {
    const { cloud: it, calls, tokens } = cloud();
    await Promise.all([it.look(), it.look()]);
    expect([it.offer, it.present, it.known, calls]).toEqual([LOCAL, true, true, ['GET /v1/offer']]);
    await it.ask('GET /v1/jobs', { query: {} }, SIGNAL);
    expect(tokens).toEqual(['local']);
  });

  it('is no where a plain web server serves the page, and where no page can sign in', async () => {
    const keyless = { sign_in: { kind: 'clerk', publishable_key: null } };
    for (const offer of [refusalFrom(404, 'Not found'), keyless]) {
      const { cloud: it } = cloud({ answers: { 'GET /v1/offer': offer } });
      await it.look();
      expect([it.offer, it.present]).toEqual([null, false]);
    }
  });

  it('stays open while it cannot be reached, and is asked again', async () => {
    const { cloud: it } = cloud({ answers: { 'GET /v1/offer': [unreachable(new Error('cut')), LOCAL] } });
    await it.look();
    expect([it.offer, it.present]).toEqual([undefined, false]);
    await it.look();
    expect(it.present).toBe(true);
  });

  it('that asks for an account knows its user once somebody has signed in', async () => {
    const account = {
      name: undefined,
      signInUrl: '',
      signOut: () => Promise.resolve(),
      token: () => Promise.resolve('clerk'),
    };
    const openAccount = () => Promise.resolve({ ...account });
    const { cloud: it, tokens } = cloud({ answers: { 'GET /v1/offer': CLERK }, platform: { openAccount } });
    await it.look();
    expect([it.present, it.known]).toEqual([true, false]);
    const named = cloud({
      answers: { 'GET /v1/offer': CLERK },
      platform: { openAccount: () => Promise.resolve({ ...account, name: 'ana@example.org' }) },
    });
    await named.cloud.look();
    expect(named.cloud.known).toBe(true);
    await it.ask('GET /v1/jobs', { query: {} }, SIGNAL);
    expect(tokens).toEqual(['clerk']);
  });
});

describe('a file that is sent', () => {
  it('is remembered until its job is made', async () => {
    const sending = Promise.withResolvers<void>();
    const { cloud: it, calls, kept, notes } = cloud({ platform: { sendFile: () => sending.promise } });
    const upload = await it.begin(FILE, WISH);
    expect([it.uploads, it.find('u1'), it.used, notes.has('octavia.cloud')]).toEqual([
      [upload],
      upload,
      true,
      true,
    ]);
    expect(kept.get('u1')).toMatchObject({ filename: 'talk.mp4', bytes: 10, wish: WISH, createdAt: 7 });
    sending.resolve();
    await expect.poll(() => it.uploads).toEqual([]);
    expect([kept.size, calls.at(-1)]).toEqual([0, 'POST /v1/jobs']);
    expect(it.jobs.queries.getQueryData(['cloud', 'jobs'])).toEqual([ANSWERS['POST /v1/jobs']]);
  });

  it('becomes a job as soon as the cloud has all of it', async () => {
    const late = new Refusal('upload.incomplete', 409);
    const { cloud: it, calls } = cloud({ answers: { 'POST /v1/jobs': [late, late, { id: 'j1' }] } });
    await it.begin(FILE, WISH);
    await expect.poll(() => it.uploads).toEqual([]);
    expect(calls.filter((name) => name === 'POST /v1/jobs')).toHaveLength(3);
  });

  it('takes what was finished on the device along', async () => {
    const { cloud: it, handedOver } = cloud();
    await it.begin(FILE, WISH, 'here-1');
    await expect.poll(() => it.uploads).toEqual([]);
    expect(handedOver).toEqual([['here-1', 'j1']]);
  });

  it('is not taken where the cloud refuses it, and nothing is remembered', async () => {
    const { cloud: it, kept } = cloud({
      answers: { 'POST /v1/uploads/request': new Refusal('upload.too_large', 413) },
    });
    await expect(it.begin(FILE, WISH)).rejects.toMatchObject({ code: 'upload.too_large' });
    expect([it.uploads, kept.size, it.used]).toEqual([[], 0, false]);
  });

  it('waits while as many are on their way as one user may have', async () => {
    const answers = { 'POST /v1/uploads/request': ['u1', 'u2', 'u3'].map((upload_id) => ({ upload_id })) };
    const { cloud: it } = cloud({ answers, platform: { sendFile: hang } });
    for (let n = 0; n < 3; n++) await it.begin(FILE, WISH);
    const states = () => it.uploads.map(({ id, state }) => `${id} ${state.kind}`);
    await expect.poll(states).toEqual(['u3 waiting', 'u2 sending', 'u1 sending']);
    const first = it.find('u1');
    if (first) await it.giveUp(first);
    await expect.poll(states).toEqual(['u3 sending', 'u2 sending']);
  });
});

describe('an upload of an earlier visit', () => {
  it('goes on by itself where its file can be opened', async () => {
    const opened = { handle: {} as FileSystemFileHandle };
    const { cloud: it, calls } = cloud({
      used: true,
      records: [record(opened)],
      platform: { openHandle: () => Promise.resolve(FILE) },
    });
    await it.open();
    await expect.poll(() => it.uploads).toEqual([]);
    expect(calls).toContain('POST /v1/uploads/u1/renew');
  });

  it('asks for its file otherwise, and takes no other', async () => {
    const { cloud: begun, kept } = cloud({ platform: { sendFile: hang } });
    await begun.begin(FILE, WISH);
    const { cloud: it } = cloud({ used: true, records: [...kept.values()] });
    await it.open();
    const [upload] = it.uploads;
    if (upload === undefined) throw new Error('The upload is gone.');
    expect(upload.state.kind).toBe('needs_file');
    for (const other of [new File(['9876543210'], 'talk.mp4'), new File(['0'], 'talk.mp4')]) {
      await expect(it.goOn(upload, other)).rejects.toMatchObject({ code: 'cloud.other_file' });
    }
    await it.goOn(upload, new File(['0123456789'], 'talk.mp4'));
    await expect.poll(() => it.uploads).toEqual([]);
  });

  it('of a job on this device goes on with the file that the job keeps', async () => {
    const jobFile = (id: string) => Promise.resolve(id === 'here-1' ? FILE : undefined);
    const { cloud: it, handedOver } = cloud({
      used: true,
      records: [record({ fromJob: 'here-1' }), record({ id: 'u2', paused: true, fromJob: 'here-1' })],
      platform: { jobFile },
    });
    await it.open();
    await expect.poll(() => handedOver).toEqual([['here-1', 'j1']]);
    await expect.poll(() => it.uploads.map(({ id, state }) => [id, state.kind])).toEqual([['u2', 'paused']]);
  });

  it('that is given up is forgotten, even when the cloud cannot be told', async () => {
    const cut = { 'DELETE /v1/uploads/u1': unreachable(new Error('cut')) };
    const { cloud: it, calls, kept } = cloud({ used: true, records: [record()], answers: cut });
    await it.open();
    const upload = it.find('u1');
    if (upload) await it.giveUp(upload);
    expect([it.uploads, kept.size, calls.at(-1)]).toEqual([[], 0, 'DELETE /v1/uploads/u1']);
  });
});
