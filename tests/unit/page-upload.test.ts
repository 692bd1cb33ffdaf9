import { Refusal, unreachable } from '@octavia/server/send';
import { createClient } from '@octavia/server/client';
import { describe, expect, it } from 'vitest';
import type { UploadRecord } from '../../src/lib/cloud/records.ts';
import type { Ticket, Transfer } from '../../src/lib/cloud/tus.ts';
import { Upload } from '../../src/lib/cloud/upload.svelte.ts';

const FILE = new File(['0123456789'], 'talk.mp4');
const TICKET = { upload_id: 'u1' } as Ticket;

const RECORD: UploadRecord = {
  id: 'u1',
  filename: 'talk.mp4',
  bytes: 10,
  fingerprint: 'f',
  createdAt: 0,
  wish: { target: 'es' },
  url: undefined,
  paused: false,
  handle: undefined,
  fromJob: undefined,
};

/** One try to send the file; it hangs until the signal, unless it ends by itself. */
type Try = (transfer: Transfer, signal: AbortSignal) => Promise<void>;

const hang: Try = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const arrives: Try = () => Promise.resolve();
const breaks = (): Promise<never> => Promise.reject(unreachable(new Error('cut')));

interface Setting {
  readonly record?: UploadRecord;
  /** Whether the page has the file. */
  readonly file?: boolean;
  /** Instead of a new ticket. */
  readonly renew?: Refusal;
}

/** An upload whose tries go as said, one after the other, and what it did meanwhile. */
function upload(tries: Try[], { record = RECORD, file = true, renew }: Setting = {}) {
  const done = {
    states: [] as string[],
    transfers: [] as Transfer[],
    waits: [] as number[],
    calls: [] as string[],
    speeds: [] as number[],
  };
  const kept: UploadRecord[] = [];
  let seconds = 0;
  const ask = createClient(({ method, path }) => {
    done.calls.push(`${method} ${path}`);
    return renew ? Promise.reject(renew) : Promise.resolve(Response.json(TICKET));
  });
  const sent = new Upload(record, file ? FILE : undefined, {
    ask,
    turn: (work) => work(),
    arrived: () => Promise.resolve(void done.states.push('arrived')),
    sendFile: (transfer, signal) => {
      done.states.push(sent.state.kind);
      done.transfers.push(transfer);
      return (tries.shift() ?? hang)(transfer, signal);
    },
    store: { write: (next) => Promise.resolve(void kept.push(next)) },
    clock: {
      now: () => (seconds += 1),
      backOnline(ms, signal) {
        done.states.push(sent.state.kind);
        done.waits.push(ms);
        signal.throwIfAborted();
        return Promise.resolve();
      },
    },
    noteSpeed: (bytesPerSecond) => done.speeds.push(bytesPerSecond),
  });
  return { sent, done, kept };
}

describe('an upload', () => {
  it('sends the file with the ticket it has, and then its job is made', async () => {
    const { sent, done } = upload([arrives]);
    sent.start(TICKET);
    await expect.poll(() => done.states).toEqual(['sending', 'arrived']);
    expect([sent.state.kind, done.calls, done.transfers[0]?.ticket]).toEqual(['arrived', [], TICKET]);
  });

  it('waits longer each time the connection breaks, up to 15 s, and starts over once bytes went up', async () => {
    const progress: Try = ({ onProgress }) => (onProgress(5), breaks());
    const { sent, done } = upload([...Array<Try>(5).fill(breaks), progress, breaks, arrives]);
    sent.start();
    await expect.poll(() => sent.state.kind).toBe('arrived');
    expect(done.waits).toEqual([2_000, 4_000, 8_000, 15_000, 15_000, 1_000, 2_000]);
    expect(done.states.slice(0, 4)).toEqual(['sending', 'cut', 'sending', 'cut']);
    // A new ticket for each try: the old one may have run out.
    expect(done.calls).toEqual(Array(8).fill('POST /v1/uploads/u1/renew'));
  });

  it('goes on where an earlier visit left off', async () => {
    const record = { ...RECORD, url: 'https://cloud.example/u1' };
    const { sent, done } = upload([arrives], { record });
    sent.start();
    await expect.poll(() => sent.state.kind).toBe('arrived');
    expect(done.transfers[0]?.url).toBe('https://cloud.example/u1');
  });

  it('has arrived when the cloud says that all of it is there', async () => {
    const { sent, done } = upload([], { renew: new Refusal('upload.finished', 409) });
    sent.start();
    await expect.poll(() => done.states).toEqual(['arrived']);
  });

  it('fails with the reason when the cloud refuses it for good', async () => {
    const { sent, done } = upload([
      () => Promise.reject(new Refusal('upload.too_large', 413, 'At most 5 GB.')),
    ]);
    sent.start(TICKET);
    await expect
      .poll(() => sent.state)
      .toEqual({ kind: 'failed', code: 'upload.too_large', detail: 'At most 5 GB.' });
    expect(done.waits).toEqual([]);
  });
});

describe('how far an upload is', () => {
  it('is told with its speed and the time left, and its speed is remembered', async () => {
    const steady: Try = (transfer, signal) => {
      for (const bytes of [0, 1e6, 2e6]) transfer.onProgress(bytes);
      return hang(transfer, signal);
    };
    const { sent, done } = upload([steady], { record: { ...RECORD, bytes: 8e6 } });
    expect(sent.secondsLeft).toBeUndefined();
    sent.start(TICKET);
    await expect.poll(() => sent.sent).toBe(2e6);
    const { fraction, bytesPerSecond, secondsLeft } = sent;
    expect({ fraction, bytesPerSecond, secondsLeft }).toEqual({
      fraction: 0.25,
      bytesPerSecond: 1e6,
      secondsLeft: 6,
    });
    sent.halt();
    await expect.poll(() => done.speeds).toEqual([1e6]);
  });
});

describe('an upload that is paused', () => {
  it('stops, remembers that, and goes on when it is resumed', async () => {
    const { sent, done, kept } = upload([hang, arrives]);
    sent.start(TICKET);
    await expect.poll(() => done.states).toEqual(['sending']);
    await sent.pause();
    expect([sent.state.kind, kept.at(-1)?.paused]).toEqual(['paused', true]);
    await sent.resume();
    await expect.poll(() => sent.state.kind).toBe('arrived');
    expect(kept.at(-1)?.paused).toBe(false);
  });

  it('is still paused after a reload, and one that was under way asks for its file', async () => {
    expect(upload([], { record: { ...RECORD, paused: true } }).sent.state.kind).toBe('paused');
    const { sent } = upload([], { file: false });
    expect(sent.state.kind).toBe('needs_file');
    await sent.resume();
    expect(sent.state.kind).toBe('needs_file');
  });

  it('keeps the address it was given, for the next visit', async () => {
    const { sent, kept } = upload([({ onUrl }) => Promise.resolve(onUrl('https://cloud.example/u1'))]);
    sent.start(TICKET);
    await expect.poll(() => kept.at(-1)?.url).toBe('https://cloud.example/u1');
  });
});
