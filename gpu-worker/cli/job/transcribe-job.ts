import type { DubEvent, ListenRequest, Transcript } from '@octavia/pipeline';
import { writeSrt, writeVtt } from '@octavia/pipeline/subtitles/write';
import { transcribe } from '@octavia/pipeline/dub';
import { pendingText, putInPlace } from './outputs.ts';
import { scratchBeside } from './scratch.ts';
import { withTemporaryHost } from './temporary-host.ts';

/** What is said in a file. Errors: as the pipeline's `transcribe`. */
export function transcribeFile(
  request: ListenRequest,
  signal: AbortSignal,
  onEvent: (event: DubEvent) => void,
): Promise<Transcript> {
  return withTemporaryHost(async (host) => (await transcribe(request, host, signal, onEvent)).transcript);
}

/** Writes a transcript as subtitles, whole or not at all. */
export async function writeSubtitles(
  { lines }: Transcript,
  path: string,
  format: 'srt' | 'vtt',
): Promise<void> {
  const cues = lines.map(({ start, end, text }) => ({ start, end, text, speaker: undefined }));
  const scratch = await scratchBeside(path);
  try {
    const text = format === 'srt' ? writeSrt(cues) : writeVtt(cues);
    await putInPlace([await pendingText(scratch.folder, path, text)]);
  } finally {
    await scratch.remove();
  }
}
