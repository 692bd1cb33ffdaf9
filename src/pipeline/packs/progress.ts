/** Speed is measured over this many seconds: long enough to be steady, short enough to notice a change. */
const WINDOW_SECONDS = 8;

/** How far a pull is. */
export interface PullProgress {
  /** Bytes here, including those that were here before. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** The total is not known exactly. */
  readonly approximate: boolean;
  readonly secondsLeft: number | undefined;
}

/** What a running pull reports. */
export type PullEvent =
  | ({ readonly type: 'progress' } & PullProgress)
  | {
      readonly type: 'file';
      readonly model: string;
      /** Empty when it concerns a model as a whole. */
      readonly path: string;
      /**
       * 'damaged': was here and is fetched again; 'waiting': somebody else is fetching it; 'making': from its parts.
       */
      readonly state: 'damaged' | 'waiting' | 'fetching' | 'retrying' | 'making' | 'done';
      readonly reason?: string;
    }
  | {
      /** A source did not provide a model, and the next one is asked. */
      readonly type: 'source';
      readonly model: string;
      readonly source: string;
      readonly reason: string;
      readonly next: string;
    };

/** Adds up the bytes of several files and estimates the time left from the recent speed. */
export class Meter {
  readonly #now: () => number;
  readonly #bytes = new Map<string, number>();
  readonly #total: number;
  readonly #approximate: boolean;
  #samples: { at: number; bytes: number }[] = [];

  constructor(now: () => number, total: number, approximate: boolean) {
    this.#now = now;
    this.#total = total;
    this.#approximate = approximate;
  }

  /** Bytes a file had before fetching: they count as here, but not for the speed. */
  start(key: string, bytes: number): void {
    this.#bytes.set(key, bytes);
    this.#samples = [];
  }

  set(key: string, bytes: number): void {
    if (bytes < (this.#bytes.get(key) ?? 0)) this.#samples = [];
    this.#bytes.set(key, bytes);
    const at = this.#now();
    this.#samples = this.#samples.filter((sample) => at - sample.at < WINDOW_SECONDS);
    this.#samples.push({ at, bytes: this.#sum() });
  }

  read(): PullProgress {
    const bytes = this.#sum();
    const first = this.#samples[0];
    const seconds = first === undefined ? 0 : this.#now() - first.at;
    const speed = first === undefined || seconds <= 0 ? 0 : (bytes - first.bytes) / seconds;
    const left = Math.max(0, this.#total - bytes);
    return {
      bytes,
      totalBytes: Math.max(this.#total, bytes),
      approximate: this.#approximate,
      secondsLeft: speed > 0 ? left / speed : undefined,
    };
  }

  #sum(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
