/** Seconds over which the speed is taken: long enough to be steady, short enough to follow the line. */
const WINDOW_SECONDS = 10;

/** How fast bytes go up, over the last seconds. */
export class Speed {
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** @param bytes sent in all @param at seconds, monotonic */
  add(bytes: number, at: number): void {
    this.#samples.push({ at, bytes });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_SECONDS) this.#samples.shift();
  }

  /** Undefined until there is something to go by. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 0.5) return undefined;
    return (last.bytes - first.bytes) / (last.at - first.at);
  }
}
