/**
 * The commonest short words of languages that a letter-based detector confuses on short texts: greetings, answers and
 * calls, and function words.
 */
const WORDS: Readonly<Record<string, string>> = {
  en: `the and you is are was i it to of that this what who how why where yes no not hello hi hey bye goodbye thanks thank
    please ok okay wait stop go come on here there my your his her we they he she him me do did don't can't i'm it's let
    us good morning night sorry with for be have has will would very well never know see look right click`,
  es: `el la los las un una y es son está de que en por para con no sí hola adiós gracias por favor qué cómo dónde quién
    cuándo cuál muy bien vale vamos buenos buenas días tardes noches señor señora lo te me se su mi tu yo él ella nosotros
    pero porque todo nada hay ya aquí ahí claro todos bienvenidos luego hasta quiero mucho`,
  fr: `le la les un une des et est sont de que qui dans pour avec non oui bonjour bonsoir salut merci au revoir s'il vous
    plaît ça va quoi comment où pourquoi très bien je tu il elle nous ils ne pas mon ton son ma ta sa c'est mais tout rien
    ici là allez on y du aux allons`,
  de: `der die das ein eine und ist sind war ich du er sie es wir ihr nicht nein ja danke bitte hallo tschüss guten morgen
    abend tag was wer wie wo warum mit für auf von zu mein dein sehr gut komm gehen wir haben hat den dem auch aber nur
    noch hier da`,
  it: `il lo la i gli le un una e è sono di che in per con non no sì ciao grazie prego come dove chi perché cosa molto bene
    buongiorno buonasera buonanotte io tu lui lei noi voi loro mio tuo suo ma tutto niente qui lì va stai arrivederci`,
  pt: `o a os as um uma e é são de que em por para com não sim olá oi tchau obrigado obrigada como onde quem porque muito
    bem bom boa dia tarde noite eu tu ele ela nós você eles meu seu mas tudo nada aqui ali está estou vamos tudo`,
};

const SETS = Object.entries(WORDS).map(
  ([language, words]) => [language, new Set(words.split(/\s+/))] as const,
);

/** Share of the words that must be common ones. */
const LEAST_SHARE = 0.3;

/** The language of most of the common words; undefined on a tie or when there are too few. */
export function languageOfCommonWords(text: string): string | undefined {
  const words =
    text
      .slice(0, 5000)
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}']+/gu) ?? [];
  const counts = SETS.map(([language, known]) => ({
    language,
    count: words.filter((word) => known.has(word)).length,
  })).sort((a, b) => b.count - a.count);
  const [best, next] = counts;
  if (best === undefined || best.count < LEAST_SHARE * words.length) return undefined;
  return best.count > (next?.count ?? 0) ? best.language : undefined;
}
