import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectLanguage, OctaviaError, type PackId } from '@octavia/pipeline';
import { chooseModel, sameLanguage } from '@octavia/pipeline/choose';
import { translate } from '@octavia/pipeline/stages/translate';
import { createFolderStore } from '../adapters/store.ts';
import { createNodeHost } from '../host.ts';
import { modelsFolder } from './places.ts';

export interface TextRequest {
  /** BCP-47, or 'auto'. */
  readonly source: string;
  readonly target: string;
  readonly pack: PackId | 'auto';
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
}

/** Translates texts of one line each; empty ones stay empty. Errors: as the translate stage, `language.*`. */
export async function translateTexts(
  texts: readonly string[],
  request: TextRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const { target, pack } = request;
  const source = request.source === 'auto' ? sourceOf(texts) : request.source;
  if (sameLanguage(source, target)) return [...texts];
  const scratch = await mkdtemp(join(tmpdir(), 'octavia-'));
  const host = await createNodeHost({ models: modelsFolder(), scratch, store: createFolderStore(scratch) });
  try {
    const model = await chooseModel(host, pack, 'translate', { source, target });
    if (model === undefined) {
      throw new OctaviaError('language.pair_unavailable', `${source} to ${target} needs a larger pack.`);
    }
    const lines = texts.map((text, index) => ({
      id: `${index}`,
      speaker: '',
      start: index,
      end: index + 1,
      text,
      confidence: undefined,
    }));
    const spoken = lines.filter(({ text }) => text.trim() !== '');
    const done = await translate(
      host,
      model,
      { language: source, lines: spoken },
      { ...request, source },
      signal,
    );
    const byId = new Map(done.lines.map(({ id, candidates }) => [id, candidates[0] ?? '']));
    return lines.map(({ id }) => (byId.get(id) ?? '').replace(/\s+/g, ' '));
  } finally {
    host.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function sourceOf(texts: readonly string[]): string {
  return detectLanguage(texts.join('\n'))?.language ?? 'en';
}
