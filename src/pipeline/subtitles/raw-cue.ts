/** A cue as written in a file: its times in seconds and its lines with their markup. */
export interface RawCue {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  /** The speaker, where the format names one beside the text. */
  readonly speaker?: string;
}

/** The content of a file in any format. */
export interface RawFile {
  readonly format: 'srt' | 'vtt' | 'ass' | 'ttml' | 'microdvd';
  readonly cues: readonly RawCue[];
  /** Number of cues whose times cannot be read. */
  readonly unreadable: number;
  /** Whether times that count frames were read at the given rate. */
  readonly frames: boolean;
}
