/** The JSON values in a job's row, besides its wish. */

export interface JobProgress {
  readonly stage: string;
  /** 0…1 of the whole job. */
  readonly fraction: number;
  readonly secondsLeft: number | null;
}

/** A stored output file. */
export interface Output {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** Hex, of the bytes that the server received. */
  readonly sha256: string;
  readonly contentType: string;
}

export interface JobResult {
  readonly video: Output;
  readonly subtitles: Output | null;
}
