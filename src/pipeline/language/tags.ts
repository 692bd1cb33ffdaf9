/**
 * Language tags from files, flags and catalogues: BCP-47, in any case (`es`, `pt-BR`, `ES`), also with an underscore.
 * Tags are compared here and nowhere else.
 */

/** The language itself, without region or script: `pt-BR` → `pt`, `ES` → `es`. */
export function primaryLanguage(tag: string): string {
  return normal(tag).split('-')[0] ?? '';
}

/** Whether both are the same language, whatever their regions: `es` and `es-MX`. An unknown one equals none. */
export function sameLanguage(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && primaryLanguage(a) === primaryLanguage(b);
}

/** Whether both are the same language and region: `en-GB` and `en-gb`. */
export function sameTag(a: string, b: string): boolean {
  return normal(a) === normal(b);
}

/** Those of the wanted language's region first, otherwise in their given order. */
export function regionFirst<Tagged extends { readonly language: string }>(
  all: readonly Tagged[],
  wanted: string,
): Tagged[] {
  const near = ({ language }: Tagged): boolean => sameTag(language, wanted);
  return [...all.filter(near), ...all.filter((one) => !near(one))];
}

/**
 * Whether a language is among those offered, whatever its region.
 * @param offered undefined: any is
 * @param wanted undefined: any will do
 */
export function speaks(offered: readonly string[] | undefined, wanted: string | undefined): boolean {
  return offered === undefined || wanted === undefined || offered.some((tag) => sameLanguage(tag, wanted));
}

function normal(tag: string): string {
  return tag.replaceAll('_', '-').toLowerCase();
}
