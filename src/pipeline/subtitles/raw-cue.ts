/** A cue as it stands in a file: its times in seconds and its lines with their markup. */
export interface RawCue {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  /** Where the format names it beside the text. */
  readonly speaker?: string;
}

/** What a file of any format holds. */
export interface RawFile {
  readonly format: 'srt' | 'vtt' | 'ass' | 'ttml' | 'microdvd';
  readonly cues: readonly RawCue[];
  /** Cues whose times cannot be read. */
  readonly unreadable: number;
  /** Times that count frames were read at the given rate. */
  readonly frames: boolean;
}
