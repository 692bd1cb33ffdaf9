import type { RawCue, RawFile } from './raw-cue.ts';
import { looksLikeTiming, parseTiming, type Timing } from './timing.ts';

/** Blocks of SRT, WebVTT, SubViewer and YouTube's SBV: a line of times, then text. */
export function readBlocks(text: string, frameRate: number): RawFile {
  const lines = text.split(/\r\n|\r|\n|\u2028|\u2029/);
  const format = /^\ufeff?\s*WEBVTT(?:\s|$)/.test(text.slice(0, 100)) ? 'vtt' : 'srt';
  const reader = new BlockReader(format);
  for (const line of lines) {
    const timing = parseTiming(line, frameRate);
    if (timing !== undefined) reader.open(timing);
    else if (looksLikeTiming(line)) reader.skip();
    else reader.add(line);
  }
  return { format, ...reader.done() };
}

class BlockReader {
  readonly #cues: RawCue[] = [];
  #timing: Timing | undefined;
  #body: string[] = [];
  #unreadable = 0;
  #frames = false;
  readonly #format: 'srt' | 'vtt';

  constructor(format: 'srt' | 'vtt') {
    this.#format = format;
  }

  open(timing: Timing): void {
    this.#dropIndex(true);
    this.#finish();
    this.#timing = timing;
    this.#frames ||= timing.frames;
  }

  /** What follows has no time, so it cannot be spoken. */
  skip(): void {
    this.#dropIndex(true);
    this.#finish();
    this.#unreadable++;
  }

  add(line: string): void {
    if (this.#timing === undefined) return;
    // WebVTT: a cue ends at an empty line, and at no other. SRT files do carry empty lines inside a cue.
    if (this.#format === 'vtt' && line === '') this.#finish();
    else if (line.trim() !== '' || this.#body.at(-1)?.trim() !== '') this.#body.push(line);
  }

  done(): Pick<RawFile, 'cues' | 'unreadable' | 'frames'> {
    this.#dropIndex(false);
    this.#finish();
    return { cues: this.#cues, unreadable: this.#unreadable, frames: this.#frames };
  }

  #finish(): void {
    if (this.#timing !== undefined) this.#cues.push({ ...this.#timing, lines: this.#body });
    this.#timing = undefined;
    this.#body = [];
  }

  /**
   * The number (in WebVTT any name) of the next cue comes before its times, after an empty line or (in damaged files)
   * right away; at the end of the file it may be alone.
   */
  #dropIndex(timesFollow: boolean): void {
    const body = this.#body;
    while (body.length > 0 && body.at(-1)?.trim() === '') body.pop();
    const last = (body.at(-1) ?? '').normalize('NFKC').trim();
    const apart = body.length > 1 && body.at(-2)?.trim() === '';
    const next = String(this.#cues.length + 2);
    const isIndex = timesFollow
      ? /^#?\d{1,6}[.:)]?$/.test(last) || (this.#format === 'vtt' && apart)
      : apart && last === next;
    if (isIndex) body.pop();
  }
}
