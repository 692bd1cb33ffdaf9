import type { ModelEntry } from '../../catalogue.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Line, TranslatedLine, Transcript } from '../../media-types.ts';
import type { Device, Engines } from '../../ports.ts';
import type { Task } from '../../task.ts';
import { soundOf } from '../recognise/windows.ts';

const SAMPLE_RATE = 16_000;

/**
 * Says every line in another language by hearing its sound again, each line alone, so that its words stay in its time.
 * One in which nothing is understood keeps its source text and says so in its notes.
 * @param model a recogniser that drafts into the wanted language, see draftsInto()
 * @param speech16k mono, 16 kHz, from the start of the file
 */
export async function translateByEar(
  { host, signal, onProgress }: Task<{ readonly engines: Pick<Engines, 'recogniser'> }>,
  model: ModelEntry,
  speech16k: Float32Array,
  { lines, language }: Transcript,
): Promise<{ lines: TranslatedLine[]; device: Device }> {
  const recogniser = await host.engines.recogniser(model, signal);
  try {
    const windows = lines.map((line) => ({ ...line, parts: [line] }));
    const translated: TranslatedLine[] = [];
    while (translated.length < lines.length) {
      throwIfAborted(signal);
      const from = translated.length;
      const some = windows.slice(from, from + recogniser.takes.windows);
      const sounds = some.map((window) => soundOf(speech16k, SAMPLE_RATE, windows, window).samples);
      const texts = (await recogniser.translate?.(sounds, language, signal)) ?? [];
      translated.push(...some.map((_, row) => toLine(lines[from + row] as Line, texts[row] ?? '')));
      onProgress?.(translated.length / lines.length);
    }
    return { lines: translated, device: recogniser.device };
  } finally {
    await recogniser.close();
  }
}

function toLine({ id, text }: Line, translation: string): TranslatedLine {
  return translation === ''
    ? { id, candidates: [text], notes: ['translate.untranslated'] }
    : { id, candidates: [translation], notes: [] };
}
