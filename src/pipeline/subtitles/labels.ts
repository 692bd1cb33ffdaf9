/** What is said, and by whom where a label says so. */
export interface Labelled {
  readonly speaker: string | undefined;
  readonly text: string;
}

/** `(ON RADIO)`, `[V.O.]`, `#1` after a name. */
const MANNER = String.raw`(?:\s?[(\[][^()\[\]]{1,40}[)\]])?`;
const CAPITALS = new RegExp(String.raw`^(\p{Lu}[\p{Lu}\d .'’#&/-]{0,30}?)${MANNER}\s?[:：](?![\d/])\s*`, 'u');
const NAMED = new RegExp(
  String.raw`^(\p{Lu}[\p{L}.'’-]{1,20}(?: \p{Lu}[\p{L}.'’-]{0,20}){0,2}(?: #?\d{1,2})?)${MANNER}\s?[:：](?![\d/])\s*(?=\S)`,
  'u',
);
/** Chinese, Japanese and Korean have no capitals: a short name before a wide colon, if the file uses it again. */
const WIDE_NAMED =
  /^([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー・]{1,8})\s?：\s*(?=\S)/u;
const BRACKETED = /^\s{0,9}[-–—]?\s{0,9}[[(（【［]([^[\]()（）【】［］]{1,40})[\])）】］]\s?[:：]\s*/u;

/** Speakers in any film. */
const ROLES =
  /^(?:MAN|WOMAN|BOY|GIRL|KID|CHILD|NARRATOR|SPEAKER|ANNOUNCER|REPORTER|HOST|ALL|BOTH|VOICE|CROWD|HOMBRE|MUJER|NARRADOR|NARRADORA|LOCUTOR|LOCUTORA|HOMME|FEMME|LOCUTEUR|NARRATEUR|MANN|FRAU|SPRECHER|SPRECHERIN|ERZÄHLER|UOMO|DONNA|NARRATORE|HOMEM|MULHER)\b/iu;
/** Words before a colon that are spoken. */
const SAID =
  /^(?:note|warning|attention|caution|remember|question|answer|example|step|tip|hint|summary|chapter|part|lesson|rule|reason|result|problem|solution|conclusion|ps|nota|aviso|atención|advertencia|recuerda|pregunta|respuesta|ejemplo|paso|capítulo|achtung|hinweis|frage|antwort|beispiel|schritt|remarque|exemple|réponse|étape|attenzione|domanda|risposta|esempio|pergunta|exemplo|passo|and|but|so|or|then|now|first|second|third|finally|time|date|place|today|tomorrow|yesterday|update|breaking|news|danger|stop|important|importante|wichtig|keep out|do not enter)\b/iu;

/** A dash or `>>` before a label. */
const OPENS_TURN = /^\s*(?:[-–—‐]|>{2,}|≫)\s*/;

/**
 * Counts how often each name is used as a label in a file: a name with lower-case letters counts from the second time
 * on.
 */
export function knownNames(lines: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const written of lines) {
    const line = written.replace(OPENS_TURN, '');
    const name = (BRACKETED.exec(line) ??
      CAPITALS.exec(line) ??
      NAMED.exec(line) ??
      WIDE_NAMED.exec(line))?.[1];
    if (name === undefined || SAID.test(name)) continue;
    const key = name.trim().toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > 1).map(([name]) => name));
}

/** `[JOHN]: Go` names its speaker; so does `(Mary): Go`. Read before text in brackets is dropped. */
export function takeBracketed(line: string): Labelled {
  const match = BRACKETED.exec(line);
  if (match === null) return { speaker: undefined, text: line };
  return { speaker: titled(match[1] ?? ''), text: line.slice(match[0].length) };
}

/**
 * `JOHN SMITH: Hello` names its speaker; `WARNING: KEEP OUT` does not, nor does `Note: this`.
 * @param names that the file uses as labels, in lower case
 */
export function takeLabel(text: string, names: ReadonlySet<string>): Labelled {
  const capitals = CAPITALS.exec(text);
  const match = capitals ?? NAMED.exec(text) ?? WIDE_NAMED.exec(text);
  const name = match?.[1]?.trim() ?? '';
  if (match === null || SAID.test(name)) return { speaker: undefined, text };
  const rest = text.slice(match[0].length);
  const known = names.has(name.toLowerCase()) || ROLES.test(name);
  // A name in capitals before text in lower case is a label; in text all in capitals it has to be known.
  const labels = rest === '' || /\p{Ll}/u.test(rest);
  const stands = known || (capitals !== null && name.length > 1 && labels);
  return stands ? { speaker: titled(name), text: rest } : { speaker: undefined, text };
}

function titled(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/(^|[ .'’-])\p{Ll}/gu, (start) => start.toUpperCase());
}
