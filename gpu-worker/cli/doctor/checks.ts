import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { isShipped, modelBytes } from '@octavia/pipeline/catalogue';
import { bytesInWords } from '@octavia/pipeline/plan/words';
import { measureWorkloadFactor } from '@octavia/pipeline/plan/workload';
import { sandbox, type Sandbox } from '../../ffmpeg/sandbox.ts';
import { freeBytes } from '../../disk/disk.ts';
import { readCatalogue } from '../../catalogue.ts';
import type { Check } from './check.ts';
import { checkModel } from './model-check.ts';
import { packChecks } from './packs.ts';
import { cacheFolder, ROOT } from '../call/places.ts';

/** Runs TypeScript directly, and its node:util has what the command line uses. */
const OLDEST_NODE = 24;
/** The first with `-format_whitelist` and exact durations. */
const OLDEST_FFMPEG = 5;
/** A 10-minute clip in float PCM three times over, the recogniser and Node. */
const WANTED_MEMORY = 2e9;
const WANTED_DISK = 1e9;

/** Checks everything a dub on this machine depends on. */
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

/** What each sandbox means for ffmpeg. */
const CONFINED: Readonly<Record<Sandbox['name'], string>> = {
  bubblewrap: 'no network, sees only its input, limits on memory, files and processes (bubblewrap, prlimit)',
  unshare: 'no network, limits on memory, files and processes (unshare, prlimit)',
  prlimit: 'limits on memory, files and processes (prlimit)',
  none: 'runs with all your permissions',
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
  return [...checks, ...(await packChecks(catalogue))];
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
    return {
      name: 'disk',
      state: 'warning',
      detail,
      advice: 'Set OCTAVIA_CACHE to a folder with more space.',
    };
  } catch (thrown) {
    const detail = `${folder} cannot be used: ${thrown instanceof Error ? thrown.message : ''}`;
    return {
      name: 'disk',
      state: 'warning',
      detail,
      advice: 'Set OCTAVIA_CACHE to a folder you can write to.',
    };
  }
}

function page(): Check {
  if (existsSync(join(ROOT, 'build', 'index.html'))) return { name: 'page', state: 'ok', detail: 'built' };
  return { name: 'page', state: 'warning', detail: 'not built', advice: '"npm start" builds it.' };
}
