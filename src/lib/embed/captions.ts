import type { Cue } from '@octavia/pipeline/media-types';
import { writeVtt } from '@octavia/pipeline/subtitles/write';

/** Subtitles as a file that a video element takes. */
export function captionsOf(cues: readonly Cue[]): Blob {
  return new Blob([writeVtt(cues)], { type: 'text/vtt' });
}

/** The same from a file of the site's, SRT or WebVTT. Errors: `subtitles.*`. */
export async function captionsFrom(file: File): Promise<Blob> {
  // What tells encodings weighs more than the rest of the frame, and a dub made here needs none of it.
  const { readSubtitles } = await import('@octavia/pipeline/subtitles/read');
  return captionsOf(readSubtitles(file.name, new Uint8Array(await file.arrayBuffer())).cues);
}
