import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DubWish } from '@octavia/pipeline';
import { compact } from '@octavia/pipeline/compact';
import { OctaviaError } from '@octavia/pipeline/errors';
import { UsageError } from '../call/arguments.ts';
import { language, parseGlossary } from '../call/values.ts';

/** The user's own subtitles, from the flags --subtitles and --subtitles-language. */
export async function subtitlesFrom(
  file: string | undefined,
  tag: string | undefined,
): Promise<DubWish['subtitles']> {
  if (file === undefined) {
    if (tag !== undefined) throw new UsageError('--subtitles-language needs --subtitles.');
    return undefined;
  }
  const spoken = tag === undefined ? undefined : language('subtitles-language', tag);
  return compact({ name: basename(file), bytes: await readBrought(file), language: spoken });
}

export async function glossaryFrom(file: string | undefined): Promise<DubWish['glossary']> {
  if (file === undefined) return undefined;
  return parseGlossary(new TextDecoder().decode(await readBrought(file)));
}

async function readBrought(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new OctaviaError('input.missing', file, { cause });
  }
}
