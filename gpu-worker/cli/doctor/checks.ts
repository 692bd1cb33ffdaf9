import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { isShipped, modelBytes } from '@octavia/pipeline/catalogue';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { measureWorkloadFactor } from '@octavia/pipeline/plan/workload';
import type { Catalogue, ErrorCode } from '@octavia/pipeline';
import { selectModels } from '@octavia/pipeline/packs/select';
import { sandbox, type Sandbox } from '../../ffmpeg/sandbox.ts';
import { freeBytes } from '../../disk/disk.ts';
import { createModelFiles, locate } from '../../adapters/models.ts';
import { readCatalogue } from '../../catalogue.ts';
import { packPlaces } from '../../packs/places.ts';
import { checkModel } from './model-check.ts';
import { cacheFolder, modelsFolder, ROOT } from '../call/places.ts';

/** One thing doctor looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Set when it failed: gives the exit code. */
  readonly code?: ErrorCode;
}

/** Runs TypeScript as it is, and node:util has what the command line uses. */
const OLDEST_NODE = 24;
/** `-format_whitelist` and exact durations came with it. */
const OLDEST_FFMPEG = 5;
/** A 10-minute clip in float PCM three times over, the recogniser and Node. */
const WANTED_MEMORY = 2e9;
const WANTED_DISK = 1e9;

/** Everything a dub on this machine depends on. */
export async function allChecks(signal: AbortSignal): Promise<Check[]> {
  return [
    node(),
    program('ffmpeg'),
    program('ffprobe'),
    await confinement(),
    ...(await models(signal)),
    await devices(),
    processor(),
    memory(),
    await disk(),
    page(),
  ];
}

function node(): Check {
  const version = process.versions.node;
  const ok = Number(version.split('.')[0]) >= OLDEST_NODE;
  if (ok) return { name: 'node', state: 'ok', detail: version };
  const advice = 'Start it with "npm run -s octavia -- …", which uses the Node that comes with Octavia.';
  return { name: 'node', state: 'failed', detail: `${version} is too old`, advice, code: 'internal' };
}

function program(name: 'ffmpeg' | 'ffprobe'): Check {
  const found = spawnSync(name, ['-version'], { encoding: 'utf8' });
  const version = /version n?(\S+)/.exec(found.stdout ?? '')?.[1];
  const advice = 'apt-get install ffmpeg, or another ffmpeg 5 or newer on the PATH.';
  if (version === undefined) {
    return { name, state: 'failed', detail: 'cannot be run', advice, code: 'media.failed' };
  }
  const major = Number(/^\d+/.exec(version)?.[0] ?? NaN);
  if (major < OLDEST_FFMPEG) return { name, state: 'warning', detail: `${version} is old`, advice };
  return { name, state: 'ok', detail: version };
}

/** What holds for ffmpeg in each sandbox. */
const CONFINED: Readonly<Record<Sandbox['name'], string>> = {
  bubblewrap: 'no network, sees only its input, limits on memory, files and processes (bubblewrap, prlimit)',
  unshare: 'no network, limits on memory, files and processes (unshare, prlimit)',
  prlimit: 'limits on memory, files and processes (prlimit)',
  none: 'runs with all your rights',
};

async function confinement(): Promise<Check> {
  const { name } = await sandbox();
  const check = { name: 'ffmpeg sandbox', detail: CONFINED[name] };
  if (name === 'bubblewrap' || process.platform !== 'linux') return { ...check, state: 'ok' };
  const advice = 'apt-get install bubblewrap, if strangers send you files. Some containers forbid it.';
  return { ...check, state: name === 'unshare' ? 'ok' : 'warning', advice };
}

async function models(signal: AbortSignal): Promise<Check[]> {
  const catalogue = await readCatalogue();
  const checks: Check[] = [];
  for (const model of catalogue.models.filter(isShipped)) {
    const name = `model ${model.id}`;
    const files = await checkModel(model, signal);
    const bad = files.find(({ state }) => state !== 'ok');
    if (bad === undefined) {
      const size = bytesInWords(modelBytes(model));
      checks.push({ name, state: 'ok', detail: `${files.length} files, ${size}, hashes match` });
      continue;
    }
    const code = bad.state === 'missing' ? 'model.missing' : 'model.damaged';
    const advice = 'Run "npm run models" to restore it.';
    checks.push({ name, state: 'failed', detail: `${bad.file.path} is ${bad.state}`, advice, code });
  }
  return [...checks, ...(await packs(catalogue))];
}

/** Packs are a choice: one that is not here is no fault. */
async function packs(catalogue: Catalogue): Promise<Check[]> {
  const files = createModelFiles(modelsFolder(), packPlaces());
  const checks: Check[] = [];
  for (const pack of catalogue.packs) {
    const models = catalogue.models.filter((model) => !isShipped(model) && pack.models.includes(model.id));
    if (models.length === 0) continue;
    const here: string[] = [];
    for (const model of models) if (await files.installed(model)) here.push(model.id);
    const name = `pack ${pack.id}`;
    const advice = `"octavia models pull ${pack.id}" fetches it.`;
    const chosen = selectModels(catalogue, pack.id).filter((model) => !isShipped(model));
    const lacking = chosen.map(({ id }) => id).filter((id) => !here.includes(id));
    if (here.length === 0) checks.push({ name, state: 'ok', detail: 'not fetched', advice });
    else if (lacking.length === 0) checks.push({ name, state: 'ok', detail: here.join(', ') });
    else {
      const detail = `only ${here.join(', ')}; not ${lacking.join(', ')}: other packs stand in`;
      checks.push({ name, state: 'warning', detail, advice });
    }
  }
  return [...checks, ...(await misfits(catalogue))];
}

/** Files of the user's own folder that are not of the size they should be, and so are not used. */
async function misfits(catalogue: Catalogue): Promise<Check[]> {
  const places = packPlaces(process.env);
  const checks: Check[] = [];
  for (const model of catalogue.models.filter((model) => !isShipped(model))) {
    for (const file of model.files) {
      const fits = await locate(modelsFolder(), places, model, file);
      const path = fits ?? (await locate(modelsFolder(), places, model, file, { anySize: true }));
      if (path === undefined || fits !== undefined) continue;
      const { size } = await stat(path);
      const detail = `${path} has ${size} bytes, the catalogue's has ${file.bytes}: it is not used`;
      const advice = `Replace it, or "octavia models pull ${model.id}" fetches the right one.`;
      checks.push({ name: `model ${model.id}`, state: 'warning', detail, advice });
    }
  }
  return checks;
}

async function devices(): Promise<Check> {
  try {
    const { supportedDevices } = await import('../../adapters/inference.ts');
    return { name: 'devices', state: 'ok', detail: `onnxruntime with ${supportedDevices().join(', ')}` };
  } catch (thrown) {
    const detail = `onnxruntime does not load: ${thrown instanceof Error ? thrown.message : ''}`;
    return { name: 'devices', state: 'failed', detail, advice: 'Run "npm ci".', code: 'model.failed' };
  }
}

function processor(): Check {
  const factor = measureWorkloadFactor({ now: () => performance.now() / 1000 });
  const speed = `${(1 / factor).toFixed(1)} × the reference machine`;
  return { name: 'processor', state: 'ok', detail: `${availableParallelism()} cores, each ${speed}` };
}

function memory(): Check {
  const detail = `${bytesInWords(freemem())} free of ${bytesInWords(totalmem())}`;
  if (freemem() >= WANTED_MEMORY) return { name: 'memory', state: 'ok', detail };
  return {
    name: 'memory',
    state: 'warning',
    detail,
    advice: 'Long clips may need 2 GB; close other programs.',
  };
}

async function disk(): Promise<Check> {
  const folder = cacheFolder();
  try {
    const free = await freeBytes(folder);
    const detail = `${bytesInWords(free)} free in ${folder}`;
    if (free >= WANTED_DISK) return { name: 'disk', state: 'ok', detail };
    return { name: 'disk', state: 'warning', detail, advice: 'Set OCTAVIA_CACHE to a roomier folder.' };
  } catch (thrown) {
    const detail = `${folder} cannot be used: ${thrown instanceof Error ? thrown.message : ''}`;
    return { name: 'disk', state: 'warning', detail, advice: 'Set OCTAVIA_CACHE to a folder of yours.' };
  }
}

function page(): Check {
  if (existsSync(join(ROOT, 'build', 'index.html'))) return { name: 'page', state: 'ok', detail: 'built' };
  return { name: 'page', state: 'warning', detail: 'not built', advice: '"npm start" builds it.' };
}
