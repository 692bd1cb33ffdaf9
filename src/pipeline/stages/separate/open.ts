import type { ModelEntry } from '../../catalogue.ts';
import { OctaviaError } from '../../errors.ts';
import { openGraph } from '../../graph/open.ts';
import type { Host } from '../../ports.ts';
import { openDemucs } from '../../families/demucs/separator.ts';
import { openMdx } from '../../families/mdx/separator.ts';
import type { Separator } from '../../families/separator.ts';

/** Opens a model of stage 'separate'. Errors: `model.*`, `job.cancelled`. */
export async function openSeparator(
  host: Pick<Host, 'inference'>,
  model: ModelEntry,
  signal: AbortSignal,
): Promise<Separator> {
  const adapt = model.runtime === 'demucs' ? openDemucs : model.runtime === 'mdx' ? openMdx : undefined;
  if (adapt === undefined) {
    throw new OctaviaError('model.failed', `${model.title} is no model that separates sound.`);
  }
  const session = await openGraph(host, model, signal);
  try {
    return adapt(session, model);
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
}
