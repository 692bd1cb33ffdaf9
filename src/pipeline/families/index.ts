import type { ModelEntry, ModelStage } from '../catalogue.ts';
import { OctaviaError } from '../errors.ts';
import { chatterbox } from './chatterbox/index.ts';
import { demucs } from './demucs/index.ts';
import { espeakNg } from './espeak-ng/index.ts';
import type { Family } from './family.ts';
import { flite } from './flite/index.ts';
import { kokoro } from './kokoro/index.ts';
import { m2m100 } from './m2m100/index.ts';
import { marian } from './marian/index.ts';
import { mdx } from './mdx/index.ts';
import { pocketsphinx } from './pocketsphinx/index.ts';
import { pyannote } from './pyannote/index.ts';
import { silero } from './silero/index.ts';
import { sonic } from './sonic/index.ts';
import { supertonic } from './supertonic/index.ts';
import { svoxPico } from './svox-pico/index.ts';
import { wespeaker } from './wespeaker/index.ts';
import { whisper } from './whisper/index.ts';

/** Every kind of model. Importing them loads none of the code that runs them. */
const FAMILIES = [
  silero,
  pocketsphinx,
  whisper,
  pyannote,
  wespeaker,
  mdx,
  demucs,
  marian,
  m2m100,
  espeakNg,
  flite,
  svoxPico,
  kokoro,
  supertonic,
  chatterbox,
  sonic,
] as const;

/** The family of this name; undefined when there is none. */
export function familyNamed(runtime: string): Family | undefined {
  return FAMILIES.find((family) => family.runtime === runtime);
}

/**
 * The family of a model, as one that serves this stage.
 * @throws OctaviaError `model.failed` when it serves another
 */
export function familyOf<Stage extends ModelStage>(
  model: Pick<ModelEntry, 'runtime' | 'title'>,
  stage: Stage,
): Extract<Family, { stage: Stage }> {
  const family = familyNamed(model.runtime);
  if (family?.stage === stage) return family as Extract<Family, { stage: Stage }>;
  throw new OctaviaError('model.failed', `${model.title} is not a model for the stage "${stage}".`);
}
