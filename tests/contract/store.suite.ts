import type { Store } from '@octavia/pipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

export interface StoreUnderTest {
  readonly store: Store;
  /** The same place seen by a process or tab that starts later. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

let place: StoreUnderTest;
let store: Store;

/** What every host's Store must do (src/pipeline/ports.ts). */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`Store: ${name}`, () => {
    beforeEach(async () => {
      place = await open();
      store = place.store;
    });
    afterEach(() => place.dispose());

    values();
    keys();
    refusals();
  });
}

function values(): void {
  it('gives back what was put, and undefined for what was not', async () => {
    await store.put('job/s0001', bytes(1, 2, 3));
    await store.put('job/empty', bytes());
    expect(await store.get('job/s0001')).toEqual(bytes(1, 2, 3));
    expect(await store.get('job/empty')).toEqual(bytes());
    expect(await store.get('job/s0002')).toBeUndefined();
    expect(await store.get('job')).toBeUndefined();
  });

  it('replaces a value as a whole, also by a shorter one', async () => {
    await store.put('k', bytes(1, 2, 3, 4));
    await store.put('k', bytes(9));
    expect(await store.get('k')).toEqual(bytes(9));
  });

  it('keeps only the bytes of the view it was given, and no tie to them', async () => {
    const whole = bytes(1, 2, 3, 4, 5);
    await store.put('view', whole.subarray(1, 3));
    whole.fill(0);
    const got = await store.get('view');
    expect(got).toEqual(bytes(2, 3));
    got?.fill(7);
    expect(await store.get('view')).toEqual(bytes(2, 3));
  });

  it('keeps several megabytes exactly', async () => {
    const large = new Uint8Array(5 * 2 ** 20 + 3).map((_, i) => (i * 31) % 256);
    await store.put('large', large);
    const got = await store.get('large');
    expect(got?.length).toBe(large.length);
    expect(got?.every((value, i) => value === large[i])).toBe(true);
  });

  it('tells a key from one that goes on below it', async () => {
    await store.put('a', bytes(1));
    await store.put('a/b', bytes(2));
    await store.put('a.x/b', bytes(3));
    expect(await store.get('a')).toEqual(bytes(1));
    expect(await store.get('a/b')).toEqual(bytes(2));
    expect((await store.list('')).sort()).toEqual(['a', 'a.x/b', 'a/b']);
  });
}

function keys(): void {
  it('lists by any prefix, also within a segment', async () => {
    for (const key of ['job-1/s1', 'job-1/s2', 'job-10/s1', 'other']) await store.put(key, bytes(1));
    expect((await store.list('job-1/')).sort()).toEqual(['job-1/s1', 'job-1/s2']);
    expect((await store.list('job-1')).sort()).toEqual(['job-1/s1', 'job-1/s2', 'job-10/s1']);
    expect(await store.list('none')).toEqual([]);
    expect(await store.list('')).toHaveLength(4);
  });

  it('deletes by prefix and leaves the rest', async () => {
    for (const key of ['job/s1', 'job/deep/s2', 'jobs/s1']) await store.put(key, bytes(1));
    await store.delete('job/');
    expect(await store.list('')).toEqual(['jobs/s1']);
    await store.delete('nothing/');
    await store.put('job/s1', bytes(2));
    expect(await store.get('job/s1')).toEqual(bytes(2));
  });

  it('outlives the one who put', async () => {
    await store.put('job/s1', bytes(4, 5));
    const later = await place.reopen();
    expect(await later.get('job/s1')).toEqual(bytes(4, 5));
    expect(await later.list('job/')).toEqual(['job/s1']);
  });
}

function refusals(): void {
  it('leaves one whole value when several are put at once', async () => {
    const values = Array.from({ length: 8 }, (_, i) => new Uint8Array(20_000).fill(i));
    await Promise.all(values.map((value) => store.put('race/k', value)));
    const got = await store.get('race/k');
    expect(got?.length).toBe(20_000);
    expect(new Set(got)).toHaveProperty('size', 1);
    expect(await store.list('')).toEqual(['race/k']);
  });

  it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a b', 'ä', 'a\\b', 'a~', 'a:b'])(
    'refuses the key "%s"',
    async (key) => {
      await expect(store.put(key, bytes(1))).rejects.toMatchObject({ code: 'storage.key' });
      await expect(store.get(key)).rejects.toMatchObject({ code: 'storage.key' });
      expect(await store.list('')).toEqual([]);
    },
  );

  it('refuses a prefix that leads outside', async () => {
    await expect(store.list('../')).rejects.toMatchObject({ code: 'storage.key' });
    await expect(store.delete('../')).rejects.toMatchObject({ code: 'storage.key' });
  });
}
