import { OctaviaError } from '@octavia/pipeline/errors';
import { describe, expect, it } from 'vitest';
import { Lead } from '../../src/lib/packs/lead.ts';
import type { Download, Downloads } from '../../src/lib/packs/downloads.ts';
import type { PullNews } from '../../src/lib/packs/protocol.ts';

const GET: Download = { kind: 'get' };
const CANCELLED: Download = { kind: 'cancelled' };

/** One tab: what it was asked for, and a worker whose every call waits until the test ends it. */
function tab(alone: (work: () => Promise<void>) => Promise<void> = (work) => work()) {
  let downloads: Downloads = {};
  const calls: { what: string; end(): void; fail(thrown: Error): void; news?(news: PullNews): void }[] = [];
  const shown: (number | undefined)[] = [];
  /** Called when something was fetched or deleted, before that is noted. */
  let onSettled = (): void => undefined;
  const call = (what: string, signal?: AbortSignal, news?: (news: PullNews) => void) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => reject(new OctaviaError('job.cancelled')));
    calls.push({ what, end: resolve, fail: reject, ...(news && { news }) });
    return promise;
  };
  const ask = (models: readonly string[], download: Download | undefined): void => {
    const others = Object.entries(downloads).filter(([id]) => !models.includes(id));
    const asked = download === undefined ? [] : models.map((id) => [id, download] as const);
    downloads = Object.fromEntries([...others, ...asked]);
    lead.heed(downloads);
  };
  const owner = {
    hub: () => 'https://hub.example',
    downloads: () => downloads,
    set: ask,
    progress: (news: PullNews | undefined) => shown.push(news?.bytes),
    settled: () => Promise.resolve(onSettled()),
  };
  const bridge = {
    pull: (models: readonly string[], hub: string, news: (news: PullNews) => void, signal: AbortSignal) =>
      call(`get ${models.join()} from ${hub}`, signal, news),
    remove: async (models: readonly string[]) => call(`delete ${models.join()}`).then(() => 0),
  };
  const lead = new Lead(owner, bridge, alone);
  return {
    ask,
    shown,
    downloads: () => downloads,
    calls: () => calls.map(({ what }) => what),
    /** The nth call of the worker, once it was made. */
    call: (n: number) =>
      expect
        .poll(() => calls[n])
        .toBeDefined()
        .then(() => calls[n]),
    whenSettled: (work: () => void) => (onSettled = work),
  };
}

const GETS_A = 'get a from https://hub.example';

describe('what was asked for', () => {
  it('is fetched together, shown on the way, and forgotten once it is here', async () => {
    const { ask, call, calls, downloads, shown } = tab();
    ask(['a', 'b'], GET);
    const pull = await call(0);
    pull?.news?.({
      models: ['a', 'b'],
      trouble: undefined,
      bytes: 5,
      totalBytes: 9,
      approximate: false,
      secondsLeft: 1,
    });
    pull?.end();
    await expect.poll(downloads).toEqual({});
    expect(calls()).toEqual(['get a,b from https://hub.example']);
    expect(shown).toEqual([5, undefined]);
  });

  it('that fails is kept with the reason, and is not tried again by itself', async () => {
    const { ask, call, calls, downloads } = tab();
    ask(['a'], GET);
    (await call(0))?.fail(new OctaviaError('storage.full'));
    await expect.poll(downloads).toEqual({ a: { kind: 'failed', refusal: { code: 'storage.full' } } });
    ask(['a'], GET);
    await call(1);
    expect(calls()).toEqual([GETS_A, GETS_A]);
  });

  it('stops for a pause, and what was not paused goes on', async () => {
    const { ask, call, calls, downloads } = tab();
    ask(['a', 'b'], GET);
    await call(0);
    ask(['b'], { kind: 'paused' });
    (await call(1))?.end();
    await expect.poll(downloads).toEqual({ b: { kind: 'paused' } });
    expect(calls().slice(1)).toEqual([GETS_A]);
  });

  it('waits while another tab fetches, and is not fetched a second time', async () => {
    const { promise: free, resolve: release } = Promise.withResolvers<void>();
    const { ask, calls, downloads } = tab((work) => free.then(work));
    ask(['a'], GET);
    expect(calls()).toEqual([]);
    // The other tab has it.
    ask(['a'], undefined);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect([calls(), downloads()]).toEqual([[], {}]);
  });
});

describe('what was cancelled', () => {
  it('is stopped and deleted', async () => {
    const { ask, call, calls, downloads } = tab();
    ask(['a'], GET);
    await call(0);
    ask(['a'], CANCELLED);
    (await call(1))?.end();
    await expect.poll(downloads).toEqual({});
    expect(calls()).toEqual([GETS_A, 'delete a']);
  });

  it('is fetched anew when it is asked for while it is being deleted', async () => {
    const { ask, call, calls, downloads } = tab();
    ask(['a'], CANCELLED);
    const deletion = await call(0);
    ask(['a'], GET);
    deletion?.end();
    const pull = await call(1);
    expect([calls(), downloads()]).toEqual([['delete a', GETS_A], { a: GET }]);
    pull?.end();
    await expect.poll(downloads).toEqual({});
  });

  it('is deleted also when that was said while the end of its download was being noted', async () => {
    const { ask, call, calls, downloads, whenSettled } = tab();
    ask(['a'], GET);
    const pull = await call(0);
    whenSettled(() => {
      whenSettled(() => undefined);
      ask(['a'], CANCELLED);
    });
    pull?.end();
    const deletion = await call(1);
    expect([calls(), downloads()]).toEqual([[GETS_A, 'delete a'], { a: CANCELLED }]);
    deletion?.end();
    await expect.poll(downloads).toEqual({});
  });

  it('is counted as gone before it is forgotten', async () => {
    const { ask, call, downloads, whenSettled } = tab();
    const seen: Downloads[] = [];
    whenSettled(() => void seen.push(downloads()));
    ask(['a'], CANCELLED);
    (await call(0))?.end();
    await expect.poll(downloads).toEqual({});
    expect(seen).toEqual([{ a: CANCELLED }]);
  });
});
