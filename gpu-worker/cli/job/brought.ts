import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ListenRequest } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import { UsageError } from '../call/arguments.ts';
import { language, parseGlossary } from '../call/values.ts';

/** The user's own subtitles, as the flags --subtitles and --subtitles-language name them. */
export async function subtitlesFrom(
  file: string | undefined,
  tag: string | undefined,
): Promise<Pick<ListenRequest, 'subtitles'>> {
  if (file === undefined) {
    if (tag !== undefined) throw new UsageError('--subtitles-language needs --subtitles.');
    return {};
  }
  const spoken = tag === undefined ? {} : { language: language('subtitles-language', tag) };
  return { subtitles: { name: basename(file), bytes: await readBrought(file), ...spoken } };
}

export async function glossaryFrom(file: string | undefined): Promise<{ glossary?: Record<string, string> }> {
  if (file === undefined) return {};
  return { glossary: parseGlossary(new TextDecoder().decode(await readBrought(file))) };
}

async function readBrought(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new OctaviaError('input.missing', file, { cause });
  }
}
