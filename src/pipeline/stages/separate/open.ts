import type { ModelEntry } from '../../catalogue.ts';
import { openGraph } from '../../graph/open.ts';
import type { Host } from '../../ports.ts';
import { familyOf } from '../../families/index.ts';
import type { Separator } from '../../families/separator.ts';

/** Opens a model of stage 'separate'. Errors: `model.*`, `job.cancelled`. */
export async function openSeparator(
  host: Pick<Host, 'inference'>,
  model: ModelEntry,
  signal: AbortSignal,
): Promise<Separator> {
  const adapt = await familyOf(model, 'separate').separator();
  const session = await openGraph(host, model, signal);
  try {
    return adapt(session, model);
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
}
