import { cardinal, ordinal } from '../counting/fr.ts';
import { romanValue, table, type Around, type Gender, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds }: Time): string {
  const tail = seconds === undefined ? '' : ` et ${cardinal(seconds, 'f')} secondes`;
  return `${cardinal(hours, 'f')} heure${hours > 1 ? 's' : ''}${minutes === 0 ? '' : ` ${cardinal(minutes, 'f')}`}${tail}`;
}

function fraction(over: number, under: number, { before, after }: Around): string {
  if (under === 2)
    return before !== '' ? 'demi' : after === '' || NOT_COUNTED.has(after) ? 'un demi' : 'une demi';
  const part = under === 3 ? 'tiers' : under === 4 ? 'quart' : ordinal(under, 'm');
  return `${cardinal(over, 'm')} ${part}${over > 1 && under !== 3 ? 's' : ''}`;
}

const FEMININE =
  /^(?:heures?|minutes?|secondes?|semaines?|années?|fois|personnes?|femmes?|filles?|voitures?|maisons?|pages?|lignes?|nuits?|choses?|tonnes?|mains?|livres? sterling|dents?|fleurs?|villes?|tables?|chambres?|lettres?|étoiles?|équipes?|photos?|images?|histoires?|raisons?|places?|tasses?|part|parts|fin|mère|sœurs?|soeurs?|vies?|clés?|rues?|routes?|chansons?|phrases?|couleurs?|langues?|idées?)$/i;

function genderOf(noun: string): Gender | undefined {
  if (FEMININE.test(noun)) return 'f';
  if (
    /(?:[ts]ions?|té|tés|ettes?|ences?|ances?|ées|ies|ures|elles?|esses?|ades?|euses?|trices?)$/i.test(noun)
  )
    return 'f';
  return 'm';
}

const NOT_COUNTED = new Set(
  `de du des et à en par que ou avec au aux est sont le la les l un une dans sur pour mais si ni ne pas plus moins
  dont qui jusqu chez était ont a y`.split(/\s+/),
);

const PARTS = /^(?:chapitre|tome|volume|acte|partie|phase|type|mondiale|livre|titre|épisode|saison|annexe)$/i;

function roman(n: number, { before }: Around): string | undefined {
  return PARTS.test(before) || /^\p{Lu}\p{Ll}/u.test(before) ? cardinal(n, 'm') : undefined;
}

const MONTHS = 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(
  ' ',
);

export const fr: Tongue = {
  cardinal,
  counting: cardinal,
  point: { '.': 'point', ',': 'virgule' },
  digitByDigit: false,
  words: {
    minus: 'moins',
    plus: 'plus',
    plusminus: 'plus ou moins',
    times: 'fois',
    equals: 'égale',
    percent: 'pour cent',
    permille: 'pour mille',
    to: 'à',
    ratio: 'à',
    per: 'par',
    number: 'numéro',
    and: 'et',
    about: 'environ',
    at: 'arobase',
    dot: 'point',
    slash: 'barre oblique',
    dash: 'tiret',
    underscore: 'tiret bas',
    colon: 'deux-points',
    degrees: 'degrés',
  },
  units: table(`
    % = pour cent/pour cent; ‰ = pour mille/pour mille; °C = degré Celsius/degrés Celsius;
    ° C = degré Celsius/degrés Celsius; ºC = degré Celsius/degrés Celsius;
    °F = degré Fahrenheit/degrés Fahrenheit; ° F = degré Fahrenheit/degrés Fahrenheit;
    ºF = degré Fahrenheit/degrés Fahrenheit; ° = degré/degrés; km = kilomètre/kilomètres; m = mètre/mètres;
    cm = centimètre/centimètres; mm = millimètre/millimètres; km/h = kilomètre à l'heure/kilomètres à l'heure;
    m/s = mètre par seconde/mètres par seconde; mph = mille à l'heure/milles à l'heure;
    km² = kilomètre carré/kilomètres carrés; m² = mètre carré/mètres carrés; m2 = mètre carré/mètres carrés;
    m³ = mètre cube/mètres cubes; ft = pied/pieds; yd = yard/yards; kg = kilo/kilos; g = gramme/grammes;
    mg = milligramme/milligrammes; lb = livre/livres/f; lbs = livre/livres/f; oz = once/onces/f;
    l = litre/litres; L = litre/litres; ml = millilitre/millilitres; h = heure/heures/f;
    min = minute/minutes/f; mn = minute/minutes/f; sec = seconde/secondes/f; ms = milliseconde/millisecondes/f;
    kW = kilowatt/kilowatts; kWh = kilowattheure/kilowattheures; MW = mégawatt/mégawatts; W = watt/watts;
    V = volt/volts; Hz = hertz/hertz; kHz = kilohertz/kilohertz; MHz = mégahertz/mégahertz;
    GHz = gigahertz/gigahertz; Ko = kilo-octet/kilo-octets; Mo = mégaoctet/mégaoctets;
    Go = gigaoctet/gigaoctets; To = téraoctet/téraoctets; KB = kilo-octet/kilo-octets;
    kB = kilo-octet/kilo-octets; MB = mégaoctet/mégaoctets; GB = gigaoctet/gigaoctets;
    TB = téraoctet/téraoctets; Mbps = mégabit par seconde/mégabits par seconde; dB = décibel/décibels;
    kcal = kilocalorie/kilocalories/f; px = pixel/pixels
  `),
  currencies: table(`
    USD = dollar/dollars + cent/cents; EUR = euro/euros + centime/centimes; GBP = livre/livres/f + penny/pence;
    JPY = yen/yens + sen/sen; CNY = yuan/yuans + fen/fen; BRL = real/reals + centavo/centavos;
    MXN = peso/pesos + centavo/centavos; CHF = franc suisse/francs suisses + centime/centimes;
    AUD = dollar australien/dollars australiens + cent/cents;
    CAD = dollar canadien/dollars canadiens + cent/cents;
    NZD = dollar néo-zélandais/dollars néo-zélandais + cent/cents;
    HKD = dollar de Hong Kong/dollars de Hong Kong + cent/cents; INR = roupie/roupies/f + paisa/paisas;
    RUB = rouble/roubles + kopeck/kopecks; PLN = zloty/zlotys + grosz/groszy; KRW = won/wons + jeon/jeon;
    TRY = livre turque/livres turques/f + kurus/kurus; UAH = hryvnia/hryvnias/f + kopeck/kopecks
  `),
  scales: { K: 'mille/mille', M: 'million/millions', B: 'milliard/milliards' },
  afterMillion: (things) => (/^[aeiouhéœy]/i.test(things) ? `d'${things}` : `de ${things}`.trim()),
  withCents: (major, minor) => `${major} ${minor}`,
  months: MONTHS,
  monthFirst: false,
  year: (n) => cardinal(n, 'm'),
  date: (day, month, year) => `${day === 1 ? 'premier' : cardinal(day, 'm')} ${month} ${year}`,
  time,
  fraction,
  genderOf,
  notCounted: NOT_COUNTED,
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'sec'],
    [/\bMM\.(?=\s)/g, 'Messieurs'],
    [/\bM\.(?=\s\p{Lu})/gu, 'Monsieur'],
    [/\bMmes\.?(?=\s)/g, 'Mesdames'],
    [/\bMme\.?(?=\s)/g, 'Madame'],
    [/\bMlles\.?(?=\s)/g, 'Mesdemoiselles'],
    [/\bMlle\.?(?=\s)/g, 'Mademoiselle'],
    [/\bDr\.?(?=\s\p{Lu})/gu, 'Docteur'],
    [/\bPr\.?(?=\s\p{Lu})/gu, 'Professeur'],
    [/\bSte(?=[\s-]\p{Lu})/gu, 'Sainte'],
    [/\bSt(?=[\s-]\p{Lu})/gu, 'Saint'],
    [/\b[Nn](?:°|º|os?)\s?(?=\d)/g, 'numéro '],
    [/\bp\.\s?ex\./gi, 'par exemple'],
    [/\bc\.?-à-d\./gi, "c'est-à-dire"],
    [/\betc\.(?=\s*$)/g, 'et cetera.'],
    [/\betc\.?(?!\p{L})/gu, 'et cetera'],
    [/\bav\.\s?J\.?-C\.?/g, 'avant Jésus-Christ'],
    [/\bapr?\.\s?J\.?-C\.?/g, 'après Jésus-Christ'],
    [/\bJ\.-C\./g, 'Jésus-Christ'],
    [/\benv\./g, 'environ'],
    [/\bp\.\s?(?=\d)/g, 'page '],
    [/\bchap\.\s?(?=\d)/g, 'chapitre '],
    [/\b[Tt]él\.(?=\s)/g, 'téléphone'],
    [/\bbd\.?(?=\s\p{Lu})/gu, 'boulevard'],
    [/\bav\.(?=\s\p{Lu})/gu, 'avenue'],
    [/(?<=\d)\s?ans?\b/g, (found) => ` ${found.trim()}`],
  ],
  figures: [
    // 1 000 000: ordinary spaces set thousands off too.
    [/(?<![\p{L}\d.,:/]|\d\s)\d{1,3}(?:\s\d{3})+(?!\d|[.:/]\d|\s\d)(?:,\d+)?/gu, (n) => n.replace(/\s/g, '')],
    [
      /(?<![\p{L}\d])(I(?=er|re)|[IVXLC]{2,}|[VX](?=e\ssiècle))(er|re|ère|ème|e)(?:\s(siècles?))?(?![\p{L}])/gu,
      (_, n = '', end = '', noun = '') => {
        const words = ordinal(romanValue(n), end === 're' || end === 'ère' ? 'f' : 'm');
        return noun === '' ? words : `${words} ${noun}`;
      },
    ],
    [
      /(?<![\p{L}\d.,])(\d+)\s?(ers?|res?|ères?|nde?s?|ds?|i?[èe]mes?|es?)(?![\p{L}\d])/gu,
      (_, n = '', end = '') => {
        const plural = end.endsWith('s') ? 's' : '';
        if (n === '2' && /^n?d/.test(end)) return `second${end.startsWith('nde') ? 'e' : ''}${plural}`;
        return ordinal(Number(n), /^(?:re|ère)/.test(end) ? 'f' : 'm') + plural;
      },
    ],
  ],
  parts: PARTS,
  roman,
};
