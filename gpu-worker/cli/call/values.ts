import { DEFAULTS, type DubWish } from '@octavia/pipeline/wish';
import { UsageError } from './arguments.ts';
import { isCode, nearestLanguage, typedTag } from './language-names.ts';

/** A BCP-47 tag in its canonical spelling, from a tag or a name. @throws UsageError with the nearest name */
export function language(flag: string, value: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(typedTag(value));
    if (tag !== undefined && isCode(tag)) return tag;
  } catch {
    // Reported below, in the same words as for an empty value.
  }
  const near = nearestLanguage(value);
  const hint = near === undefined ? '' : ` Did you mean ${near.name} (${near.tag})?`;
  throw new UsageError(
    `--${flag} takes a language tag or name, such as es, pt-BR or Spanish; "${value}" is none.${hint}`,
  );
}

/** A language, or 'auto' when the flag is absent or says so. */
export function languageOrAuto(flag: string, value: string | undefined): string {
  return value === undefined || value === 'auto' ? 'auto' : language(flag, value);
}

export function wholeNumber(flag: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
  throw new UsageError(`--${flag} takes a whole number from 0 to ${most}; "${value}" is not one.`);
}

export function voice(value: string | undefined): DubWish['voice'] {
  if (value === undefined) return DEFAULTS.voice;
  if (value === 'match') return { kind: 'match' };
  if (value === 'clone') return { kind: 'clone' };
  const id = /^preset:(\S+)$/.exec(value)?.[1];
  if (id !== undefined) return { kind: 'preset', id };
  throw new UsageError(`--voice must be match, clone or preset:ID, not "${value}".`);
}

/** Refuses a file name whose ending does not say how to write it. */
export function subtitleFormat(flag: string, path: string): 'srt' | 'vtt' {
  const ending = /\.(srt|vtt)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === 'srt' || ending === 'vtt') return ending;
  throw new UsageError(`--${flag} takes a name that ends in .srt or .vtt; "${path}" does not.`);
}

/** A glossary file: a JSON object, or lines of `source<tab>target` (or `source = target`, or `source,target`). */
export function parseGlossary(text: string): Record<string, string> {
  if (text.trimStart().startsWith('{')) return parseJsonGlossary(text);
  const terms: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, source, target] = /^(.+?)\s*(?:\t|=|,)\s*(.+)$/.exec(line) ?? [];
    if (source === undefined || target === undefined)
      throw new UsageError(`--glossary cannot read "${line}".`);
    terms[source.trim()] = target.trim();
  }
  return terms;
}

function parseJsonGlossary(text: string): Record<string, string> {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).map(([source, target]) => {
        if (typeof target !== 'string') throw new TypeError(`"${source}" has no translation`);
        return [source, target];
      }),
    );
  } catch (cause) {
    throw new UsageError(
      `--glossary is not a JSON object of terms: ${cause instanceof Error ? cause.message : ''}.`,
    );
  }
}
