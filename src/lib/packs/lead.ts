import { proxy } from 'comlink';
import { problemOf } from '../ui/messages.ts';
import type { PullNews } from './protocol.ts';
import { inPacksWorker } from './start.ts';
import { wished, type Wish, type Wishes } from './wishes.ts';

/** Only the tab that holds this name fetches; the others wait for it and watch. */
const NAME = 'octavia.packs';

interface Owner {
  hub(): string;
  wishes(): Wishes;
  set(models: readonly string[], wish: Wish | undefined): void;
  progress(progress: PullNews | undefined): void;
  /** Something was fetched or thrown away. */
  settled(): Promise<void>;
}

/**
 * Works off the wishes, in one tab at a time. When that tab is closed or reloaded, the next one that is open goes
 * on where it was.
 */
export class Lead {
  readonly #owner: Owner;
  #run: { readonly models: readonly string[]; readonly stop: AbortController } | undefined;
  #busy = false;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** Takes note of wishes that were changed, here or in another tab. */
  heed(wishes: Wishes): void {
    if (this.#run?.models.some((id) => wishes[id]?.kind !== 'get')) this.#run.stop.abort();
    if (!this.#busy && hasWork(wishes)) void this.#lead();
  }

  async #lead(): Promise<void> {
    this.#busy = true;
    try {
      await navigator.locks.request(NAME, async () => {
        for (let wishes = this.#owner.wishes(); hasWork(wishes); wishes = this.#owner.wishes()) {
          await this.#serve(wishes);
        }
      });
    } finally {
      this.#busy = false;
    }
    // A wish that came while the name was being let go of.
    this.heed(this.#owner.wishes());
  }

  async #serve(wishes: Wishes): Promise<void> {
    const cancelled = wished(wishes, 'cancelled');
    const kind = cancelled.length > 0 ? 'cancelled' : 'get';
    const models = wished(wishes, kind);
    const stop = new AbortController();
    let outcome: Wish | undefined;
    try {
      if (kind === 'cancelled') await inPacksWorker((worker) => worker.remove(models));
      else await this.#pull(models, stop);
    } catch (thrown) {
      outcome = { kind: 'failed', refusal: problemOf(thrown) };
    }
    // What is here is looked at first: who asks in between must not be told of files that are gone.
    await this.#owner.settled();
    // Stopped by a changed wish: the next round looks at what is left.
    if (stop.signal.aborted) return;
    // What was wished otherwise in the meantime is still to be done.
    const served = models.filter((id) => this.#owner.wishes()[id]?.kind === kind);
    this.#owner.set(served, outcome);
  }

  async #pull(models: readonly string[], stop: AbortController): Promise<void> {
    const hub = this.#owner.hub();
    const tell = proxy((progress: PullNews) => this.#owner.progress(progress));
    this.#run = { models, stop };
    try {
      await inPacksWorker((worker) => worker.pull([...models], hub, tell), { hub, signal: stop.signal });
    } finally {
      this.#run = undefined;
      this.#owner.progress(undefined);
    }
  }
}

function hasWork(wishes: Wishes): boolean {
  return wished(wishes, 'cancelled').length > 0 || wished(wishes, 'get').length > 0;
}
