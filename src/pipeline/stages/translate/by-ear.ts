import type { ModelEntry } from '../../catalogue.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Sound, Transcript, TranslatedLine } from '../../media-types.ts';
import type { Device, Engines } from '../../ports.ts';
import type { Task } from '../../task.ts';
import { heardIn } from '../recognise/windows.ts';
import { dealt, passagesOf, untranslated, type Passage } from './passages.ts';

/**
 * Translates every line by listening to its sound again, each sentence alone, so that its words keep their time. A line
 * in which nothing is understood keeps its source text, with a note.
 * @param model a recogniser that drafts into the target language, see draftsInto()
 * @param speech16k mono, 16 kHz, from the start of the file
 */
export async function translateByEar(
  { host, signal, onProgress }: Task<{ readonly engines: Pick<Engines, 'recogniser'> }>,
  model: ModelEntry,
  speech16k: Sound,
  { lines, language }: Transcript,
): Promise<{ lines: TranslatedLine[]; device: Device }> {
  const passages = passagesOf(lines, language);
  const windows = passages.map(({ whole }) => ({ ...whole, parts: [whole] }));
  const recogniser = await host.engines.recogniser(model, signal);
  try {
    const translated: TranslatedLine[] = [];
    const together = recogniser.takes.windows;
    for (let from = 0; from < passages.length; from += together) {
      throwIfAborted(signal);
      const some = windows.slice(from, from + together);
      const sounds = await Promise.all(some.map((window) => heardIn(speech16k, windows, window)));
      const texts =
        (await recogniser.translate?.(
          sounds.map(({ samples }) => samples),
          language,
          signal,
        )) ?? [];
      const heard = passages.slice(from, from + together);
      translated.push(...heard.flatMap((passage, row) => said(passage, texts[row] ?? '')));
      onProgress?.(translated.length / lines.length);
    }
    return { lines: translated, device: recogniser.device };
  } finally {
    await recogniser.close();
  }
}

function said(passage: Passage, text: string): TranslatedLine[] {
  if (text === '') return passage.lines.map(untranslated);
  return dealt({ id: passage.whole.id, candidates: [text], notes: [] }, passage);
}
