/** Speed is taken over this many seconds: long enough to be steady, short enough to notice a change. */
const WINDOW_SECONDS = 8;

/** How far a pull is. */
export interface PullProgress {
  /** Bytes here, with those that were here before. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** The total is not known exactly. */
  readonly approximate: boolean;
  readonly secondsLeft: number | undefined;
}

/** What a running pull tells. */
export type PullEvent =
  | ({ readonly type: 'progress' } & PullProgress)
  | {
      readonly type: 'file';
      readonly model: string;
      /** Empty for what is told of a model as a whole. */
      readonly path: string;
      /** 'damaged': was here, and is fetched anew; 'waiting': somebody else is fetching it; 'making': of its parts. */
      readonly state: 'damaged' | 'waiting' | 'fetching' | 'retrying' | 'making' | 'done';
      readonly reason?: string;
    }
  | {
      /** A source has not brought a model, and the next one is asked. */
      readonly type: 'source';
      readonly model: string;
      readonly source: string;
      readonly reason: string;
      readonly next: string;
    };

/** Adds up the bytes of several files and tells the time left from the speed of late. */
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

  /** What a file has before it is fetched: here, but no measure of speed. */
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
