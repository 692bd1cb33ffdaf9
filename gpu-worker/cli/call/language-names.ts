/** What people type that no list of languages has: codes of countries, other names. */
const TYPED: Readonly<Record<string, string>> = {
  castellano: 'es',
  brazilian: 'pt-BR',
  mandarin: 'zh',
  farsi: 'fa',
  tagalog: 'fil',
  jp: 'ja',
  cn: 'zh',
  ua: 'uk',
  cz: 'cs',
  gr: 'el',
  kr: 'ko',
  dk: 'da',
  sp: 'es',
  vn: 'vi',
};
/** Variants that have a name of their own. */
const VARIANTS = 'en-GB en-US es-419 es-ES es-MX fr-CA fr-CH de-AT de-CH pt-BR pt-PT zh-Hans zh-Hant'.split(
  ' ',
);
/** A code has at most three letters (BCP-47); a longer word is a name. */
const LONGEST_CODE = 3;

/** A language as it is called. */
export interface NamedLanguage {
  readonly name: string;
  /** BCP-47. */
  readonly tag: string;
}

/** The tag for what was typed; anything else stays as it is, with hyphens for underscores. */
export function typedTag(value: string): string {
  const typed = value.trim();
  return tagsByName().get(typed.toLowerCase()) ?? typed.replaceAll('_', '-');
}

/** Whether this can be a code, not a name. */
export function isCode(tag: string): boolean {
  return (tag.split('-')[0] ?? '').length <= LONGEST_CODE;
}

/** The language whose name is most like what was typed; undefined where none is near. */
export function nearestLanguage(value: string): NamedLanguage | undefined {
  const typed = value.trim().toLowerCase();
  let best: { readonly named: NamedLanguage; readonly slips: number } | undefined;
  for (const [name, tag] of tagsByName()) {
    const slips = isCode(name) ? Infinity : slipsBetween(typed, name);
    if (slips < (best?.slips ?? 1 + typed.length / 4))
      best = { named: { name: name.charAt(0).toUpperCase() + name.slice(1), tag }, slips };
  }
  return best?.named;
}

let known: ReadonlyMap<string, string> | undefined;

/** Every language by its English name and its own, in small letters. */
function tagsByName(): ReadonlyMap<string, string> {
  return (known ??= listNames());
}

function listNames(): ReadonlyMap<string, string> {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const english = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  const tags = new Map(Object.entries(TYPED));
  for (const code of [...codes, ...VARIANTS]) {
    const name = english.of(code)?.toLowerCase();
    const [tag] = Intl.getCanonicalLocales(code);
    if (name === undefined || tag === undefined) continue;
    const itself = new Intl.DisplayNames(code, { type: 'language', fallback: 'none' }).of(code);
    for (const one of [name, itself?.toLowerCase()]) {
      if (one !== undefined && !tags.has(one)) tags.set(one, tag);
    }
  }
  return tags;
}

/** Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const [above = [], twoAbove = []] = [rows[i - 1], rows[i - 2]];
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (twoAbove[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, change, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? Infinity;
}
