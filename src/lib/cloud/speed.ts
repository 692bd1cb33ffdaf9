/** Seconds over which the speed is measured: long enough to be steady, short enough to follow changes. */
const WINDOW_SECONDS = 10;

/** Less than this says little about a connection: bytes in buffers on the way count as sent at once. */
const LEAST = { seconds: 1, bytes: 1e6 } as const;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Measures the speed of an upload. */
export class Speed {
  #first: Sample | undefined;
  #samples: Sample[] = [];

  /** @param bytes sent in total @param at seconds, monotonic */
  add(bytes: number, at: number): void {
    const sample = { at, bytes };
    this.#first ??= sample;
    this.#samples.push(sample);
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_SECONDS) this.#samples.shift();
  }

  /** Over the last seconds; undefined until enough was sent. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 0.5) return undefined;
    return (last.bytes - first.bytes) / (last.at - first.at);
  }

  /** Over everything sent; undefined when that was too little. */
  get average(): number | undefined {
    const last = this.#samples.at(-1);
    if (this.#first === undefined || last === undefined) return undefined;
    const [seconds, bytes] = [last.at - this.#first.at, last.bytes - this.#first.bytes];
    return seconds < LEAST.seconds || bytes < LEAST.bytes ? undefined : bytes / seconds;
  }
}
