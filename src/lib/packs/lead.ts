import { problemOf } from '../ui/messages.ts';
import type { PacksBridge } from './bridge.ts';
import { idsOf, type Download, type Downloads } from './downloads.ts';
import type { PullNews } from './protocol.ts';

interface Owner {
  hub(): string;
  downloads(): Downloads;
  /** Sets a download for these models, or clears it. */
  set(models: readonly string[], download: Download | undefined): void;
  progress(progress: PullNews | undefined): void;
  /** Called when something was fetched or deleted. */
  settled(): Promise<void>;
}

/** Runs work while no other tab does. */
export type Alone = (work: () => Promise<void>) => Promise<void>;

/** Processes the downloads, in one tab at a time. When that tab is closed or reloaded, another open tab continues. */
export class Lead {
  readonly #owner: Owner;
  readonly #bridge: Pick<PacksBridge, 'pull' | 'remove'>;
  readonly #alone: Alone;
  #run: { readonly models: readonly string[]; readonly stop: AbortController } | undefined;
  #busy = false;

  constructor(owner: Owner, bridge: Pick<PacksBridge, 'pull' | 'remove'>, alone: Alone) {
    this.#owner = owner;
    this.#bridge = bridge;
    this.#alone = alone;
  }

  /** Reacts to changed downloads, from this tab or another. */
  heed(downloads: Downloads): void {
    if (this.#run?.models.some((id) => downloads[id]?.kind !== 'get')) this.#run.stop.abort();
    if (!this.#busy && hasWork(downloads)) void this.#lead();
  }

  async #lead(): Promise<void> {
    this.#busy = true;
    try {
      await this.#alone(async () => {
        for (let all = this.#owner.downloads(); hasWork(all); all = this.#owner.downloads()) {
          await this.#serve(all);
        }
      });
    } finally {
      this.#busy = false;
    }
    // Something may have been requested while the other tabs had their turn.
    this.heed(this.#owner.downloads());
  }

  async #serve(downloads: Downloads): Promise<void> {
    const cancelled = idsOf(downloads, 'cancelled');
    const kind = cancelled.length > 0 ? 'cancelled' : 'get';
    const models = idsOf(downloads, kind);
    const stop = new AbortController();
    let outcome: Download | undefined;
    try {
      if (kind === 'cancelled') await this.#bridge.remove(models);
      else await this.#pull(models, stop);
    } catch (thrown) {
      outcome = { kind: 'failed', refusal: problemOf(thrown) };
    }
    // Check what is installed first, so that nobody hears of files that are gone.
    await this.#owner.settled();
    // Stopped because something else was requested: the next round handles the rest.
    if (stop.signal.aborted) return;
    // For some models something else may have been requested in the meantime; that remains to be done.
    const served = models.filter((id) => this.#owner.downloads()[id]?.kind === kind);
    this.#owner.set(served, outcome);
  }

  async #pull(models: readonly string[], stop: AbortController): Promise<void> {
    this.#run = { models, stop };
    const tell = (progress: PullNews) => this.#owner.progress(progress);
    try {
      await this.#bridge.pull(models, this.#owner.hub(), tell, stop.signal);
    } finally {
      this.#run = undefined;
      this.#owner.progress(undefined);
    }
  }
}

function hasWork(downloads: Downloads): boolean {
  return idsOf(downloads, 'cancelled').length > 0 || idsOf(downloads, 'get').length > 0;
}
