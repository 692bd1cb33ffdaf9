import type { ModelEntry } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import { sameLanguage } from '../../language/tags.ts';
import type { Word } from '../../media-types.ts';
import type { LanguageGuess, Recogniser } from '../../ports.ts';
import { englishLikeness, LIKE_ENGLISH } from './likeness.ts';
import { heardIn, SAMPLE_RATE, type Sounds } from './windows.ts';

/** The language is detected from this many of the longest windows: up to two minutes of speech. */
const WINDOWS_TO_DETECT = 4;

/**
 * The language found in the sound, or the only one that the model understands.
 * @throws OctaviaError `language.unrecognised` where the sound is not like that one
 */
export async function languageOf(
  recogniser: Recogniser,
  model: ModelEntry,
  { speech16k, windows, signal }: Sounds,
): Promise<{ language: string; confidence: number | undefined }> {
  const some = windows.toSorted((a, b) => b.end - b.start - (a.end - a.start)).slice(0, WINDOWS_TO_DETECT);
  const heard = await Promise.all(some.map((window) => heardIn(speech16k, windows, window)));
  const longest = heard.map(({ samples }) => samples);
  if (detects(recogniser) && windows.length > 0) return vote(recogniser, longest, signal);
  const language = model.languages.source?.[0] ?? 'und';
  if (sameLanguage(language, 'en')) await expectEnglish(recogniser, model, { longest, language, signal });
  return { language, confidence: undefined };
}

/** Throws `language.unrecognised` where another language is spoken than English. */
async function expectEnglish(
  recogniser: Recogniser,
  { title }: ModelEntry,
  { longest, language, signal }: { longest: readonly Float32Array[]; language: string; signal: AbortSignal },
): Promise<void> {
  const hear = (sounds: readonly Float32Array[]): Promise<Word[][]> =>
    Promise.all(sounds.map(async (sound) => (await recogniser.recognise([sound], language, signal)).flat()));
  const likeness = await englishLikeness(hear, longest, SAMPLE_RATE);
  if (likeness === undefined || likeness >= LIKE_ENGLISH) return;
  throw new OctaviaError(
    'language.unrecognised',
    `This does not sound like English, the only language that "${title}" understands. If it is English, say so (--from en). Otherwise provide subtitles, or install a pack that understands more languages.`,
  );
}

type Detecting = Recogniser & Required<Pick<Recogniser, 'detect'>>;

function detects(recogniser: Recogniser): recogniser is Detecting {
  return recogniser.detect !== undefined;
}

/** The language with the most votes of the windows, weighted by their confidence. */
async function vote(
  recogniser: Detecting,
  sounds: readonly Float32Array[],
  signal: AbortSignal,
): Promise<LanguageGuess> {
  const votes = new Map<string, number>();
  for (let from = 0; from < sounds.length; from += recogniser.takes.windows) {
    const some = sounds.slice(from, from + recogniser.takes.windows);
    const { language, confidence } = await recogniser.detect(some, signal);
    votes.set(language, (votes.get(language) ?? 0) + (confidence * some.length) / sounds.length);
  }
  const [language = 'und', confidence = 0] = [...votes].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { language, confidence };
}
