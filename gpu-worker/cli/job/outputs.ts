import { constants } from 'node:fs';
import { access, copyFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { MediaInfo } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import { containerNamed, CONTAINERS, misfit } from '@octavia/pipeline/media/container';
import type { OutputContainer } from '@octavia/pipeline/media-types';
import { codeOf, storageFailure } from '../../disk/disk.ts';
import { UsageError } from '../call/arguments.ts';

/** A file that was finished under another name in the scratch folder. */
export interface Pending {
  readonly from: string;
  readonly to: string;
}

/**
 * Where the dub goes: the given name, which may be overwritten, or one beside the input, which must be free.
 * @param usual default file name, from the input and the language
 */
export async function chooseOutput(input: string, given: string | undefined, usual: string): Promise<string> {
  const path = resolve(given ?? join(dirname(input), usual));
  if (given === undefined && (await exists(path))) {
    throw new UsageError(`${path} already exists; use --out FILE to overwrite it or to choose another name.`);
  }
  await refuseInput(path, [input]);
  return path;
}

/**
 * The container that the result's name asks for; undefined when no name is given.
 * @throws UsageError when Octavia does not write it, or the file's picture cannot go into it
 */
export function containerOf(out: string | undefined, info: MediaInfo): OutputContainer | undefined {
  if (out === undefined) return undefined;
  const container = containerNamed(basename(out));
  if (container === undefined) {
    throw new UsageError(`--out must end in ${CONTAINERS.map((one) => `.${one}`).join(', ')}.`);
  }
  const why = misfit(container, info);
  if (why !== undefined) throw new UsageError(`${why} Let --out end in .mkv, or leave it out.`);
  return container;
}

/** Refuses to write over a file that the job reads, and into a folder that is not there. */
export async function refuseInput(path: string, inputs: readonly string[]): Promise<void> {
  const target = await realpath(path).catch(() => resolve(path));
  for (const input of inputs) {
    if ((await realpath(input).catch(() => resolve(input))) === target) {
      throw new UsageError(`${path} is an input of the job; it is never overwritten.`);
    }
  }
  const there = await stat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENAMETOOLONG') throw new UsageError(`The name ${basename(path)} is too long.`);
  });
  if (there?.isDirectory() === true) throw new UsageError(`${path} is a folder.`);
  await access(dirname(resolve(path)), constants.W_OK).catch((cause: unknown) => {
    throw new OctaviaError('storage.failed', `Cannot write to ${dirname(resolve(path))}.`, {
      cause,
    });
  });
}

/** Writes text under a scratch name, to be put in place with the rest. */
export async function pendingText(folder: string, to: string, text: string): Promise<Pending> {
  const from = join(folder, `${randomUUID()}.text`);
  await writeFile(from, text).catch((cause: unknown) => {
    throw storageFailure(cause);
  });
  return { from, to: resolve(to) };
}

/**
 * Puts finished files in place, each by one rename; across file systems, by a copy that is then renamed. The main file
 * comes last, so once it exists the others do too.
 */
export async function putInPlace(files: readonly Pending[]): Promise<void> {
  for (const { from, to } of files) {
    await rename(from, to).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EXDEV') throw storageFailure(cause);
      await copyInPlace(from, to);
    });
  }
}

async function copyInPlace(from: string, to: string): Promise<void> {
  const partial = join(dirname(to), `.octavia-${randomUUID()}.partial`);
  try {
    await copyFile(from, partial);
    await rename(partial, to);
  } catch (cause) {
    await rm(partial, { force: true });
    throw storageFailure(cause);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
