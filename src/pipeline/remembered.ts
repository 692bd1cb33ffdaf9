import { hashOf } from './hash.ts';
import type { Store } from './ports.ts';

/** A job's finished work, found again by its inputs. */
export interface Memory {
  /**
   * The JSON value of an earlier run with the same inputs, or `compute`'s, remembered.
   * @param inputs everything the value depends on, as plain data
   */
  readonly remembered: <T>(name: string, inputs: unknown, compute: () => Promise<T>) => Promise<T>;
  /**
   * The same for several values computed together.
   * @param compute gets the indexes of the values not yet known, and returns them in that order
   */
  readonly rememberedEach: <T>(
    name: string,
    inputs: readonly unknown[],
    compute: (missing: readonly number[]) => Promise<readonly T[]>,
  ) => Promise<T[]>;
}

/** The memory of one job in the host's store: `<job>/<name>-<hash of the inputs>.json`. */
export function memoryOf(store: Pick<Store, 'get' | 'put'>, jobId: string): Memory {
  async function rememberedEach<T>(
    name: string,
    inputs: readonly unknown[],
    compute: (missing: readonly number[]) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const keys = inputs.map((each) => `${jobId}/${name}-${hashOf(each)}.json`);
    const known = await Promise.all(keys.map((key) => store.get(key)));
    const missing = [...keys.keys()].filter((index) => known[index] === undefined);
    const computed = new Map<string, T>();
    const values = missing.length > 0 ? await compute(missing) : [];
    for (const [at, index] of missing.entries()) {
      const [key, value] = [keys[index] as string, values[at] as T];
      await store.put(key, new TextEncoder().encode(JSON.stringify(value)));
      computed.set(key, value);
    }
    return keys.map((key, index) => {
      const kept = known[index];
      return kept === undefined
        ? (computed.get(key) as T)
        : (JSON.parse(new TextDecoder().decode(kept)) as T);
    });
  }

  return {
    rememberedEach,
    async remembered<T>(name: string, inputs: unknown, compute: () => Promise<T>) {
      const [value] = await rememberedEach(name, [inputs], async () => [await compute()]);
      return value as T;
    },
  };
}
