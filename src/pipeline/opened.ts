import { toOctaviaError } from './errors.ts';

/** The symbol by which `await using` closes things, made as compilers make it for older browsers that lack it. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

interface Closable {
  close(): Promise<void>;
}

/**
 * Resources opened along the way, closed together, last one first.
 *
 * @example await using opened = new Opened(); const session = opened.keep(await openGraph(host, model, signal));
 */
export class Opened implements AsyncDisposable {
  readonly #kept: Closable[] = [];

  keep<T extends Closable>(resource: T): T {
    this.#kept.push(resource);
    return resource;
  }

  /** Closes everything, whatever fails, and then throws the first failure. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const resource of this.#kept.splice(0).reverse()) {
      await resource.close().catch((thrown: unknown) => failures.push(thrown));
    }
    if (failures.length > 0) throw toOctaviaError(failures[0]);
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }
}
