import type { Line, PackId } from '@octavia/pipeline';
import { OctaviaError } from '@octavia/pipeline/errors';
import { toldLanguage } from '@octavia/pipeline/language/told';
import { chooseModel } from '@octavia/pipeline/choose';
import { sameLanguage } from '@octavia/pipeline/language/tags';
import { translate } from '@octavia/pipeline/stages/translate/translate';
import { withTemporaryHost } from './temporary-host.ts';

export interface TextRequest {
  /** BCP-47, or 'auto'. */
  readonly source: string;
  readonly target: string;
  readonly pack: PackId | 'auto';
  readonly glossary?: Readonly<Record<string, string>>;
  readonly doNotTranslate?: readonly string[];
}

/** Translates texts of one line each; empty ones stay empty. Errors: those of the translate stage; `language.*`. */
export async function translateTexts(
  texts: readonly string[],
  request: TextRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const { target, pack } = request;
  const source = request.source === 'auto' ? sourceOf(texts) : request.source;
  if (sameLanguage(source, target)) return [...texts];
  return withTemporaryHost(async (host) => {
    const model = await chooseModel(host, pack, 'translate', { source, target });
    if (model === undefined) {
      throw new OctaviaError('language.pair_unavailable', `${source} to ${target} needs a larger pack.`);
    }
    const lines = texts.map(asLine);
    const spoken = { language: source, lines: lines.filter(({ text }) => text.trim() !== '') };
    const done = await translate({ host, signal }, model, spoken, { ...request, source });
    const byId = new Map(done.lines.map(({ id, candidates }) => [id, candidates[0] ?? '']));
    return lines.map(({ id }) => (byId.get(id) ?? '').replace(/\s+/g, ' '));
  });
}

function asLine(text: string, index: number): Line {
  return { id: `${index}`, speaker: '', start: index, end: index + 1, text, confidence: undefined };
}

function sourceOf(texts: readonly string[]): string {
  return toldLanguage(texts.join('\n'), ['en'])?.language ?? 'en';
}
