import type { Cue } from '@octavia/pipeline/media-types';
import { writeVtt } from '@octavia/pipeline/subtitles/write';

/** Subtitles as a file for a video element. */
export function captionsOf(cues: readonly Cue[]): Blob {
  return new Blob([writeVtt(cues)], { type: 'text/vtt' });
}

/** The same from the site's file, SRT or WebVTT. Errors: `subtitles.*`. */
export async function captionsFrom(file: File): Promise<Blob> {
  // Detecting encodings takes more code than the rest of the frame, and a dub made here does not need it.
  const { readSubtitles } = await import('@octavia/pipeline/subtitles/read');
  return captionsOf(readSubtitles(file.name, new Uint8Array(await file.arrayBuffer())).cues);
}
