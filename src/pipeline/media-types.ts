/** Sound as planar floats in −1…1; every channel has the same length. */
export interface Pcm {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

/** Seconds of sound. */
export function seconds(pcm: Pcm): number {
  return (pcm.channels[0]?.length ?? 0) / pcm.sampleRate;
}

/** Sound that is read in windows, so that nothing holds the whole. */
export interface Sound {
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Samples in each channel. */
  readonly frames: number;
  /**
   * The samples `from`…`to` (exclusive), silence outside the sound. The planes are the caller's to change.
   * Errors: `storage.failed` when a part of it is gone or damaged.
   */
  read(from: number, to: number): Promise<Float32Array[]>;
}

/** What decoding a track found. */
export interface DecodedAudio {
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Samples in each channel. */
  readonly frames: number;
  /** Length of the file in seconds by its actual content: its picture or this sound, whichever is longer. */
  readonly fileSeconds: number;
  /** What the decoder complained about; absent when the track is whole. */
  readonly damage?: string;
}

export interface VideoTrack {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Clockwise display rotation in degrees. */
  readonly rotation: number;
  /** Average frames per second, or undefined when the file does not say. */
  readonly frameRate: number | undefined;
}

/** What a dub is written as. The name is also the file's extension. */
export type OutputContainer = 'mp4' | 'mov' | 'mkv' | 'webm' | 'm4a' | 'mp3' | 'wav' | 'ogg' | 'flac';

export interface AudioTrack {
  /** Index among the audio tracks. */
  readonly index: number;
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** ISO 639 tag as stored in the file. */
  readonly language: string | undefined;
  readonly title: string | undefined;
  readonly isDefault: boolean;
}

export interface MediaInfo {
  /** mp4, mov, matroska, webm, or the first of ffmpeg's names for it: avi, mpegts, mp3, wav, ogg, flac, … */
  readonly container: string;
  /** Length of the file in seconds. */
  readonly seconds: number;
  readonly video: VideoTrack | undefined;
  readonly audio: readonly AudioTrack[];
  readonly subtitles: number;
  readonly chapters: number;
  /** What is wrong with a file that is only partly readable (a truncated download); absent when it is complete. */
  readonly damage?: string;
}

/** A stretch of speech, in seconds from the start of the file. */
export interface SpeechSpan {
  readonly start: number;
  readonly end: number;
}

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 0…1, or undefined when the recogniser gives none. */
  readonly confidence: number | undefined;
}

/** One spoken line. Times in seconds from the start of the file. */
export interface Line {
  /** Stable within a job: `s0001`, `s0002`, … in order of start. */
  readonly id: string;
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** 0…1; undefined when unknown (own subtitles). */
  readonly confidence: number | undefined;
  /** When each of its words is said; absent when unknown (own subtitles). */
  readonly words?: readonly Word[];
}

/** A stretch during which one speaker talks; those of different speakers may overlap. */
export interface SpeakerTurn extends SpeechSpan {
  readonly speaker: string;
}

export interface Transcript {
  /** BCP-47 tag of the spoken language. */
  readonly language: string;
  readonly lines: readonly Line[];
}

/** What a line becomes in the target language; `candidates` best first, never empty. */
export interface TranslatedLine {
  readonly id: string;
  readonly candidates: readonly string[];
  readonly notes: readonly NoteCode[];
}

/** A synthesised line before it is fitted: mono, trimmed to the speech itself. */
export interface Speech {
  readonly id: string;
  readonly text: string;
  readonly voice: string;
  readonly pcm: Pcm;
}

/** A line placed in time. Its sound is final (stretched, edges faded) except for its loudness, which the mix sets. */
export interface FittedSpeech {
  readonly id: string;
  readonly text: string;
  readonly voice: string;
  /** Where its first sample goes, seconds from the start of the file. */
  readonly start: number;
  /** Where its last sample ends; `start` when nothing is heard of it. */
  readonly end: number;
  /** Mono. Errors: `storage.failed` when it is gone. */
  readonly load: () => Promise<Pcm>;
  /** Total tempo against the voice's normal pace: pace × stretch. */
  readonly tempo: number;
  readonly notes: readonly NoteCode[];
}

/** Problems with a line, shown to the user and written to the report. */
export type NoteCode =
  | 'fit.fast'
  | 'fit.overrun'
  | 'fit.shortened'
  | 'fit.delayed'
  | 'translate.untranslated'
  | 'translate.truncated'
  | 'translate.repetition'
  | 'subtitles.overlap'
  | 'subtitles.clipped'
  | 'subtitles.snapped'
  | 'synthesise.silent'
  | 'voice.fallback';

export interface Cue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** From a WebVTT voice tag. */
  readonly speaker: string | undefined;
}
