import { PACKS, type PackId } from './catalogue.ts';
import type { VoiceConsent } from './report.ts';

/**
 * A user's choices for a dub, defined once: DubRequest contains them, and the API, the command line and the page name
 * every one of them (see {@link Choices}).
 */
export interface DubWish {
  /** BCP-47, or 'auto'. */
  readonly source: string;
  /** BCP-47. */
  readonly target: string;
  readonly pack: PackId | 'auto';
  /** Index among the audio tracks; the file's default track when absent. */
  readonly audioTrack?: number;
  readonly voice: VoiceChoice;
  /** The user's confirmation that the speakers agree to voice cloning; without it no voice is cloned. */
  readonly consent?: VoiceConsent;
  readonly background: (typeof BACKGROUNDS)[number];
  readonly keepOriginal: boolean;
  /**
   * The user's own subtitles: in the source language they replace recognition, in the target language translation too.
   * Without a language, it is detected from the text.
   */
  readonly subtitles?: { readonly name: string; readonly bytes: Uint8Array; readonly language?: string };
  /** Source term → target term, applied in translation. */
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
  /** The user's edits of single lines: line id → text to speak. */
  readonly edits?: Readonly<Record<string, string>>;
}

export type VoiceChoice =
  { readonly kind: 'match' } | { readonly kind: 'preset'; readonly id: string } | { readonly kind: 'clone' };

export const PACK_CHOICES = ['auto', ...PACKS] as const;
export const BACKGROUNDS = ['keep', 'duck', 'none'] as const;

/** The defaults. */
export const DEFAULTS = {
  source: 'auto',
  pack: 'auto',
  voice: { kind: 'match' },
  background: 'duck',
  keepOriginal: true,
} as const satisfies Partial<DubWish>;

/**
 * Every choice by name, undefined where it is left open. Code that builds a wish uses `satisfies Choices<…>`, so that a
 * forgotten choice fails to compile.
 */
export type Choices<T> = { readonly [K in keyof T]-?: T[K] | undefined };
