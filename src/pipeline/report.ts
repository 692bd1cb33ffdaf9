import type { Device } from './ports.ts';
import type { AudioTrack, NoteCode, VideoTrack } from './media-types.ts';

/** The quality receipt of one dub. Times in seconds from the start of the file. */
export interface Report {
  readonly schema: 'octavia.report/1';
  readonly input: {
    readonly file: string;
    readonly seconds: number;
    readonly video: VideoTrack | null;
    readonly audio: AudioTrack;
  };
  readonly output: { readonly file: string; readonly seconds: number };
  readonly languages: {
    readonly source: string;
    readonly target: string;
    /** The language detected, when the user did not choose one. */
    readonly detected: string | null;
    readonly confidence: number | null;
  };
  readonly stages: Readonly<Partial<Record<StageName, StageReport>>>;
  readonly segments: readonly SegmentReport[];
  /** When the user confirmed that the speakers agree to voice cloning; null where none was cloned. */
  readonly consent: VoiceConsent | null;
  /** 1 − |output − input| / input, in seconds of file length. */
  readonly durationMatch: number;
  /** Share of the source's speech time during which the dub speaks too, 0…1. */
  readonly speechCoverage: number;
  readonly loudness: {
    readonly sourceLufs: number;
    readonly outputLufs: number;
    readonly truePeakDb: number;
  };
  /** Seconds of work per second of input. */
  readonly rtf: number;
  readonly peakMemoryBytes: number | null;
  readonly network: { readonly requests: number; readonly bytesSent: number };
  readonly warnings: readonly Warning[];
}

/** The user's confirmation that the speakers agree to voice cloning. */
export interface VoiceConsent {
  readonly clonedVoices: true;
  /** When it was given: ISO 8601. */
  readonly at: string;
}

export interface SegmentReport {
  readonly id: string;
  readonly speaker: string;
  readonly start: number;
  readonly end: number;
  readonly sourceText: string;
  readonly targetText: string;
  readonly dubStart: number;
  readonly dubEnd: number;
  /** Pace against the voice's normal one; above 1 is faster. */
  readonly tempo: number;
  /** Where speech begins in the dub minus where it begins in the source, measured on the dub. */
  readonly onsetErrorMs: number;
  /** How far the dub's speech runs past its slot, measured on the dub; 0 when it fits. */
  readonly overrunMs: number;
  readonly voice: string;
  readonly confidence: number | null;
  readonly notes: readonly NoteCode[];
}

/** In the order they run. */
export const STAGES = [
  'demux',
  'vad',
  'recognise',
  'diarise',
  'translate',
  'synthesise',
  'fit',
  'separate',
  'mix',
  'mux',
] as const;

export type StageName = (typeof STAGES)[number];

export interface StageReport {
  /** Model id, or null for arithmetic and for the user's own text. */
  readonly model: string | null;
  readonly revision: string | null;
  readonly device: Device | null;
  readonly dtype: string | null;
  /** Wall time. */
  readonly seconds: number;
}

/** A problem that concerns the whole job. The code is stable; the message is for people. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}

export type WarningCode =
  | 'input.several_audio_tracks'
  | 'input.damaged'
  | 'subtitles.encoding_guessed'
  | 'subtitles.repaired'
  | 'subtitles.left_out'
  | 'subtitles.frames'
  | 'subtitles.bilingual'
  | 'subtitles.past_end'
  | 'language.assumed'
  | 'language.unsure'
  | 'speech.not_understood'
  | 'translate.draft'
  | 'device.fallback'
  | 'engine.restarted'
  | 'voice.clone_unavailable'
  | 'voice.reference_short'
  | 'voice.fallback'
  | 'recognition.rough'
  | 'voice.accent'
  | 'voice.mismatch'
  | 'voice.other_pack'
  | 'background.keep_unavailable'
  | 'fit.lines_overrun'
  | 'mux.subtitles_dropped'
  | 'mux.original_dropped'
  | 'mux.extras_dropped'
  | 'mux.sound_changed'
  | 'mux.container_changed'
  | 'loudness.limited';
