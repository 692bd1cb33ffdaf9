import { modelsFor, type ModelEntry, type ModelStage, type PackId } from './catalogue.ts';
import { OctaviaError } from './errors.ts';
import type { Device, Host } from './ports.ts';

/** Best first: what 'auto' tries, and what a pack falls back to for stages it does not bring itself. */
const PACKS: readonly PackId[] = ['studio', 'clone', 'standard', 'starter'];

/**
 * The best installed model for a stage: of the asked pack, else of the packs below it ('auto': of any).
 * @throws OctaviaError `model.missing` when only models that are not installed would do; undefined when the
 * catalogue has none at all
 */
export async function chooseModel(
  host: Pick<Host, 'catalogue' | 'models'>,
  pack: PackId | 'auto',
  stage: ModelStage,
  languages: { source?: string; target?: string } = {},
): Promise<ModelEntry | undefined> {
  const packs = pack === 'auto' ? PACKS : PACKS.slice(PACKS.indexOf(pack));
  const fitting = packs.flatMap((id) => modelsFor(host.catalogue, id, stage, languages));
  for (const model of fitting) if (await host.models.installed(model)) return model;
  const wanted = fitting[0];
  if (wanted === undefined) return undefined;
  throw new OctaviaError(
    'model.missing',
    `"${wanted.title}" (${wanted.id}) would do it, but is not installed.`,
  );
}

/** Like {@link chooseModel}, for a stage every job needs. */
export async function requireModel(
  host: Pick<Host, 'catalogue' | 'models'>,
  pack: PackId | 'auto',
  stage: ModelStage,
): Promise<ModelEntry> {
  const model = await chooseModel(host, pack, stage);
  if (model === undefined) throw new OctaviaError('model.missing', `The catalogue has no ${stage} model.`);
  return model;
}

/** The model with the device the user asked for in place of the catalogue's wishes; 'cpu' always works. */
export function onDevice<Model extends ModelEntry | undefined>(model: Model, device: 'auto' | Device): Model {
  if (device === 'auto' || model?.graphs === undefined) return model;
  const devices: readonly Device[] = device === 'cpu' ? ['cpu'] : [device, 'cpu'];
  const graphs = Object.entries(model.graphs).map(([file, graph]) => [file, { ...graph, devices }] as const);
  return { ...model, graphs: Object.fromEntries(graphs) };
}

/** Same primary language: `es` and `es-MX`. */
export function sameLanguage(a: string, b: string): boolean {
  return a.split('-')[0]?.toLowerCase() === b.split('-')[0]?.toLowerCase();
}
