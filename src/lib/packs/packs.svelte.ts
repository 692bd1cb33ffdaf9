import { modelById } from '@octavia/pipeline/catalogue';
import type { Fetching } from '@octavia/server/shelf';
import { HUB_HOST } from '@octavia/pipeline/packs/source';
import type { Imported } from '@octavia/pipeline/packs/folder';
import { catalogue, SHIPPED } from '../catalogue.ts';
import { installedModels } from './here.ts';
import { readHub, writeHub } from './hub.ts';
import { Lead } from './lead.ts';
import type { PacksBridge } from './bridge.ts';
import { staying, type Download, type Downloads, type DownloadStore } from './downloads.ts';
import type { FolderFile, PullNews } from './protocol.ts';
import { readShelf, stopFetching } from '../host/shelf.ts';

const CHANNEL = 'octavia.packs';
/** Only the tab that holds this name fetches; the others wait and watch. */
const FETCHES = 'octavia.packs';
/** Milliseconds between checks of a server that is fetching. */
const WATCH_MS = 2_500;

/** What the tabs tell each other; downloads travel through storage. */
type News =
  { readonly kind: 'progress'; readonly progress: PullNews | undefined } | { readonly kind: 'changed' };

export interface StorageFigures {
  /** Of everything Octavia keeps here, in bytes. */
  readonly used: number;
  readonly free: number | undefined;
  /** Whether the browser has promised not to clear it. */
  readonly kept: boolean;
}

/** The models of this browser: what is installed, what was requested and its progress; the same in every tab. */
export class Packs {
  #found = $state.raw<ReadonlySet<string>>(SHIPPED);
  downloads = $state.raw<Downloads>({});
  /** Ids of the models that come with Octavia, and of those that were fetched and are not about to be deleted. */
  readonly installed = $derived(staying(this.#found, this.downloads));
  progress = $state.raw<PullNews>();
  storage = $state.raw<StorageFigures>();
  hub = $state(HUB_HOST);
  /** Ids of models that our own server has fetched; they are loaded from there when a job needs them. */
  served = $state.raw<readonly string[]>([]);
  /** What our own server is fetching right now. */
  fetching = $state.raw<Fetching>();
  #watching: ReturnType<typeof setTimeout> | undefined;
  #channel: BroadcastChannel | undefined;
  readonly #bridge: PacksBridge;
  readonly #store: DownloadStore;
  readonly #lead: Lead;

  constructor(bridge: PacksBridge, store: DownloadStore) {
    this.#bridge = bridge;
    this.#store = store;
    const owner = {
      hub: () => this.hub,
      downloads: () => store.read(),
      set: (models: readonly string[], download: Download | undefined) => this.#set(models, download),
      progress: (progress: PullNews | undefined) => {
        this.progress = progress;
        this.#channel?.postMessage({ kind: 'progress', progress } satisfies News);
      },
      settled: () => this.#changed(),
    };
    this.#lead = new Lead(owner, bridge, (work) => navigator.locks.request(FETCHES, work));
  }

  /** Finds out what is installed, and continues downloads started in this tab or an earlier one. */
  async open(): Promise<void> {
    this.hub = readHub();
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = ({ data }: MessageEvent<News>) => {
      if (data.kind === 'progress') this.progress = data.progress;
      else void this.refresh();
    };
    this.#store.watch((downloads) => this.#heed(downloads));
    await this.refresh();
    this.#heed(this.#store.read());
  }

  async refresh(): Promise<void> {
    const { models, fetching } = await readShelf();
    this.served = Object.keys(models);
    this.fetching = fetching;
    clearTimeout(this.#watching);
    if (fetching !== undefined) this.#watching = setTimeout(() => void this.refresh(), WATCH_MS);
    this.#found = await installedModels();
    const { usage: used = 0, quota } = await navigator.storage.estimate();
    const free = quota === undefined ? undefined : Math.max(0, quota - used);
    this.storage = { used, free, kept: await navigator.storage.persisted() };
  }

  /** Fetches models; continues those that were paused or failed. */
  async get(models: readonly string[]): Promise<void> {
    await navigator.storage.persist().catch(() => false);
    this.#set(models, { kind: 'get' });
  }

  pause(models: readonly string[]): void {
    this.#set(models, { kind: 'paused' });
  }

  cancel(models: readonly string[]): void {
    this.#set(models, { kind: 'cancelled' });
  }

  /** Deletes the files of models, except those shared with another installed model. */
  async remove(models: readonly string[]): Promise<void> {
    await this.#bridge.remove(models);
    await this.#changed();
  }

  /** Checks every byte of these models. Damaged files are deleted, and are fetched again once the user asks for it. */
  async check(models: readonly string[]): Promise<readonly string[]> {
    const damaged = await this.#bridge.check(models);
    for (const id of damaged) {
      const detail = modelById(catalogue, id)?.title ?? id;
      this.#set([id], { kind: 'failed', refusal: { code: 'model.damaged', detail } });
    }
    await this.#changed();
    return damaged;
  }

  /** Imports the model files of a folder. */
  async importFiles(files: readonly FolderFile[]): Promise<Imported> {
    await navigator.storage.persist().catch(() => false);
    try {
      return await this.#bridge.importFiles(files);
    } finally {
      await this.#changed();
    }
  }

  /** From now on, fetches from another host; an empty address means the default. Errors: `call.invalid`. */
  setHub(address: string): void {
    this.hub = writeHub(address);
  }

  /** Stops our own server from fetching on its own. */
  async stopFetching(): Promise<void> {
    await stopFetching();
    await this.refresh();
  }

  #set(models: readonly string[], download: Download | undefined): void {
    this.#heed(this.#store.set(models, download));
  }

  #heed(downloads: Downloads): void {
    this.downloads = downloads;
    this.#lead.heed(downloads);
  }

  async #changed(): Promise<void> {
    this.#channel?.postMessage({ kind: 'changed' } satisfies News);
    await this.refresh();
  }
}
