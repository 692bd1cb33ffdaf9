import type { Catalogue } from '@octavia/pipeline';
import { isShipped } from '@octavia/pipeline/catalogue';
import data from '../../../models/catalogue.json' with { type: 'json' };
import type { HubModel } from '../../fixtures/tiny/hub-model.ts';
import { tinyKokoro } from '../../fixtures/tiny/kokoro.ts';
import { tinyM2m100 } from '../../fixtures/tiny/m2m100.ts';
import { tinyWhisper } from '../../fixtures/tiny/whisper.ts';
import { hubModel } from './packs.ts';

/** Models of a hub that stand in for the product's pack `standard`, from English. */
export interface TestPack {
  readonly models: readonly HubModel[];
  readonly target: string;
}

/** Models that run: what they hear, write and say can be reckoned (see the fixtures), not understood. */
export const TINY_PACK: TestPack = {
  models: [tinyWhisper(), tinyM2m100(), tinyKokoro({ languages: { target: ['fr'] } }, true)].map(
    ({ entry, files }) => {
      const { files: sized, revision, hub } = hubModel(entry.id, files);
      return { entry: { ...entry, files: sized, revision, ...(hub && { hub }) }, files };
    },
  ),
  target: 'fr',
};

/** The product's starter and, as its pack `standard`, another one. */
export function withStandard({ models: own, target }: TestPack): Catalogue {
  const standard = own.map(({ entry }) => entry);
  const { packs, models } = data as unknown as Catalogue;
  return {
    schema: 'octavia.catalogue/1',
    packs: [
      ...packs.filter(({ id }) => id === 'starter'),
      {
        id: 'standard',
        title: 'Standard',
        description: 'A pack for tests.',
        models: standard.map(({ id }) => id),
        pair: { source: 'en', target },
      },
    ],
    models: [...models.filter(isShipped), ...standard],
  };
}
