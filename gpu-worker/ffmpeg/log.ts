/** How much of the log is kept: ffmpeg repeats itself on damaged files, and its first and last words matter most. */
const LOG_CHARACTERS = 16_000;

/** Tells `-progress` lines (key=value) from log lines. */
export class Log {
  #kept = '';
  #partial = '';
  readonly #onSeconds: ((seconds: number) => void) | undefined;

  /** @param onSeconds called with the seconds of output so far; undefined: there are no progress lines */
  constructor(onSeconds: ((seconds: number) => void) | undefined) {
    this.#onSeconds = onSeconds;
  }

  add(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = (lines.pop() ?? '').slice(0, LOG_CHARACTERS);
    for (const line of lines) this.#line(line);
  }

  end(): string {
    this.#line(this.#partial);
    this.#partial = '';
    return this.#kept;
  }

  #line(line: string): void {
    const [, key, value] = /^([a-z_0-9]+)=\s*(\S*)$/.exec(line) ?? [];
    if (this.#onSeconds && key !== undefined) {
      if (key === 'out_time_us' && Number(value) >= 0) this.#onSeconds(Number(value) / 1e6);
      return;
    }
    if (line === '') return;
    this.#kept += `${line}\n`;
    if (this.#kept.length > LOG_CHARACTERS) {
      const half = LOG_CHARACTERS / 2;
      this.#kept = `${this.#kept.slice(0, half)}\n${this.#kept.slice(-half / 2)}`;
    }
  }
}
