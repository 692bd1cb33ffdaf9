import type { FittedSpeech } from '../../media-types.ts';
import { Opened } from '../../opened.ts';
import type { Recogniser, SpeakRequest, Synthesiser } from '../../ports.ts';
import type { CloneModels } from '../../prepare.ts';
import type { DubRun } from '../../run.ts';
import { servedBy } from '../../warnings.ts';
import type { Heard } from '../diarise/index.ts';
import { checkedSpeaking } from './checked-speaking.ts';
import type { Listen } from './clone-check.ts';
import { referencesOf } from './references.ts';
import { sealedCache } from './sealed.ts';
import type { Speaking } from './index.ts';
import type { SpeechCache } from './speech-cache.ts';
import { chooseVoices, type SpeakerVoice } from './voices.ts';

/** Speech with cloned voices: what to speak with, and what to do with the lines afterwards. */
export interface ClonedSpeaking {
  readonly synthesiser: Synthesiser;
  readonly voices: readonly SpeakerVoice[];
  readonly cache: SpeechCache;
  readonly finished: SpeechCache;
  /** The lines, with a note on those that another voice had to say. */
  readonly noted: (lines: readonly FittedSpeech[]) => readonly FittedSpeech[];
  /** Warns when the recogniser that checks what was said lost its device. */
  tellFallbacks(): void;
  close(): Promise<void>;
}

/**
 * Learns each speaker's voice from where they are heard best. Nobody's voice is kept: what was learnt is in
 * memory only, what is said with it lies encrypted in the job's store, and both go when the job ends.
 * @param preset speaks for those of whom too little is heard, and what a cloned voice cannot say
 * @param stores where the job keeps speech
 */
export async function openCloned(
  run: DubRun,
  heard: Heard,
  models: CloneModels,
  preset: Synthesiser,
  stores: Pick<Speaking, 'cache' | 'finished'>,
): Promise<ClonedSpeaking> {
  const { host, signal, request } = run;
  const learnt = { references: new Map<string, string>(), instead: new Map<string, SpeakerVoice>() };
  const opened = new Opened();
  try {
    const references = await referencesOf(run, heard, models);
    const recogniser = models.listen && opened.keep(await host.engines.recogniser(models.listen, signal));
    const cloner = opened.keep(await host.engines.synthesiser(models.clone, signal));
    const source = { lines: heard.transcript.lines, speech: heard.sound.speech };
    const voices: SpeakerVoice[] = [];
    for (const other of await chooseVoices(source, preset, request.target, { kind: 'match' })) {
      const { speaker } = other;
      const reference = references.get(speaker);
      const voice = reference && (await cloner.clone?.(reference.sound, request.target, signal));
      if (voice !== undefined) {
        learnt.instead.set(voice.id, other);
        learnt.references.set(voice.id, reference?.text ?? '');
      } else {
        run.warn(
          'voice.reference_short',
          `There is too little of ${speaker} alone to clone the voice. A matching voice is used.`,
        );
      }
      voices.push(voice ? { speaker, voice, medianF0: voice.medianF0, f0Range: 1 } : other);
    }
    const { fallen, noted } = fallbacks(learnt.instead);
    const listen = recogniser && listening(recogniser, request.target, signal);
    return {
      synthesiser: checkedSpeaking({ cloner, preset, ...learnt, listen, onFallback: fallen }),
      voices,
      cache: await sealedCache(stores.cache),
      finished: await sealedCache(stores.finished),
      noted,
      tellFallbacks: () => {
        if (models.listen && recogniser) run.tellFallback(servedBy(models.listen, recogniser));
      },
      close: () => opened.close(),
    };
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

function listening(recogniser: Recogniser, language: string, signal: AbortSignal): Listen {
  return async (speech) => (await recogniser.recognise([speech], language, signal))[0] ?? [];
}

/**
 * Collects what a cloned voice could not say, and notes it on the lines.
 * @param instead who says it, by cloned voice
 */
function fallbacks(instead: ReadonlyMap<string, SpeakerVoice>): {
  readonly fallen: (request: Pick<SpeakRequest, 'text' | 'voice'>) => void;
  noted: ClonedSpeaking['noted'];
} {
  const fallen = new Set<string>();
  return {
    fallen: ({ text, voice }) => fallen.add(`${voice.id} ${text}`),
    noted: (spoken) =>
      spoken.map((line) => {
        const other = fallen.has(`${line.voice} ${line.text}`) ? instead.get(line.voice) : undefined;
        return other === undefined
          ? line
          : { ...line, voice: other.voice.id, notes: [...line.notes, 'voice.fallback'] };
      }),
  };
}
