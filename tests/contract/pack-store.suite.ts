import { describe, expect, it, vi } from 'vitest';
import type { PackStore } from '@octavia/pipeline/packs/platform';

const never = new AbortController().signal;

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Two of them over the same, empty place. */
type Stores = () => Promise<readonly [PackStore, PackStore]>;

/** What every host's store of pulled files keeps. */
export function packStoreSuite(host: string, stores: Stores): void {
  describe(`pack store, ${host}`, () => {
    keeping(stores);
    sharing(stores);
  });
}

function keeping(stores: Stores): void {
  it('keeps a file only once it is whole, and shows it to others', async () => {
    const [store, other] = await stores();
    const file = await store.open('aa', never);
    await file.restart('"v1"');
    await file.append(bytesOf('half '));
    expect(await store.list()).toEqual([]);
    await file.append(bytesOf('done'));
    await file.commit('f00d');
    await file.close();
    expect(await other.list()).toEqual([{ sha256: 'f00d', bytes: 9 }]);
    expect(await other.size('f00d')).toBe(9);
    expect(await textOf(other.read('f00d', never))).toBe('half done');
    expect(await other.unfinishedBytes('aa')).toBe(0);
    await store.delete('f00d');
    expect(await other.size('f00d')).toBeUndefined();
    await expect(textOf(other.read('f00d', never))).rejects.toMatchObject({ code: 'model.missing' });
  });

  it('goes on with what was begun, and what its source called it', async () => {
    const [store, other] = await stores();
    const first = await store.open('bb', never);
    await first.restart('"v1"');
    await first.append(bytesOf('begun, '));
    await first.close();
    expect(await other.unfinishedBytes('bb')).toBe(7);
    const second = await other.open('bb', never);
    expect([second.bytes, second.etag]).toEqual([7, '"v1"']);
    expect(await textOf(second.read(never))).toBe('begun, ');
    await second.append(bytesOf('ended'));
    expect(await textOf(second.read(never))).toBe('begun, ended');
    await second.restart(undefined);
    expect([second.bytes, second.etag]).toEqual([0, undefined]);
    await second.close();
  });
}

function sharing(stores: Stores): void {
  it('lets one at a time work on a file, and the next one have it after that', async () => {
    const [store, other] = await stores();
    const first = await store.open('cc', never);
    await first.restart(undefined);
    let waited = 0;
    const second = other.open('cc', never, () => waited++);
    const impatient = new AbortController();
    const third = other.open('cc', impatient.signal);
    impatient.abort();
    await expect(third).rejects.toMatchObject({ code: 'job.cancelled' });
    await other.discard('cc');
    await first.append(bytesOf('mine'));
    await vi.waitFor(() => expect(waited).toBe(1));
    await first.close();
    const held = await second;
    expect(held.bytes).toBe(4);
    await held.close();
    await other.discard('cc');
    expect(await store.unfinishedBytes('cc')).toBe(0);
  });

  it('knows how much room there is, or says that it does not', async () => {
    const free = await (await stores())[0].freeBytes();
    expect(free === undefined || free > 0).toBe(true);
  });
}
