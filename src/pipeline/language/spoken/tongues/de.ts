import { STRONG, WEAK, cardinal, counting, inflected, stem, year } from '../counting/de.ts';
import { table, type Around, type Gender, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds }: Time): string {
  const hour = hours === 1 ? 'ein' : cardinal(hours);
  const tail = seconds === undefined ? '' : ` und ${cardinal(seconds)} Sekunden`;
  return `${hour} Uhr${minutes === 0 ? '' : ` ${cardinal(minutes)}`}${tail}`;
}

function fraction(over: number, under: number, { before, after }: Around): string {
  if (under === 2)
    return before !== ''
      ? 'ein halb'
      : /^(?:Stunde|Minute|Flasche|Tasse|Tonne|Million)/.test(after)
        ? 'eine halbe'
        : after === ''
          ? 'ein halb'
          : /(?:er|el|l|m)$/.test(after)
            ? 'ein halber'
            : 'ein halbes';
  return `${over === 1 ? 'ein' : cardinal(over)} ${stem(under)}el`.replace(
    /(\S+)$/,
    (part) => part.charAt(0).toUpperCase() + part.slice(1),
  );
}

function genderOf(noun: string): Gender | undefined {
  if (
    /^(?:Name|Junge|Kollege|Kunde|Hase|Affe|Löwe|Käse|Gedanke|Ende|Auge|Interesse|Gebäude|Getränk\p{Ll}*)$/u.test(
      noun,
    )
  )
    return 'm';
  if (
    /^(?:Person|Frau|Tochter|Mutter|Schwester|Nacht|Stadt|Hand|Wand|Uhr|Bank|Zahl|Welt|Tür|Nummer|Kugel|Insel|Regel)$/.test(
      noun,
    )
  )
    return 'f';
  return /(?:e|ung|heit|keit|schaft|ion|tät|ik|ei)$/.test(noun) ? 'f' : 'm';
}

/** Counted things are nouns, which have capitals. */
const notCounted = { has: (word: string): boolean => NOT_COUNTED.has(word) } as ReadonlySet<string>;
const NOT_COUNTED = new Set(
  `und oder bis von zu in am im an auf aus bei mit nach der die das den dem des ist sind war waren hat haben ein eine uhr
  als wie für ohne gegen aber denn dass wenn nicht noch mehr weniger plus minus mal prozent`.split(/\s+/),
);

const PARTS = /^(?:Teil|Kapitel|Band|Akt|Phase|Typ|Weltkrieg|Buch|Folge|Staffel|Artikel)$/;

function roman(n: number, { before, after }: Around): string | undefined {
  if (/^Jahrhundert|^Jh/.test(after)) return inflected(n, before);
  if (PARTS.test(before)) return cardinal(n);
  return /^\p{Lu}\p{Ll}/u.test(before) ? `der ${stem(n)}e` : undefined;
}

const MONTHS = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(
  ' ',
);

export const de: Tongue = {
  cardinal,
  counting,
  point: { '.': 'Punkt', ',': 'Komma' },
  digitByDigit: true,
  words: {
    minus: 'minus',
    plus: 'plus',
    plusminus: 'plus minus',
    times: 'mal',
    equals: 'gleich',
    percent: 'Prozent',
    permille: 'Promille',
    to: 'bis',
    ratio: 'zu',
    per: 'pro',
    number: 'Nummer',
    and: 'und',
    about: 'etwa',
    at: 'ät',
    dot: 'Punkt',
    slash: 'Schrägstrich',
    dash: 'Bindestrich',
    underscore: 'Unterstrich',
    colon: 'Doppelpunkt',
    degrees: 'Grad',
  },
  units: table(`
    % = Prozent; ‰ = Promille; °C = Grad Celsius; ° C = Grad Celsius; ºC = Grad Celsius; °F = Grad Fahrenheit;
    ° F = Grad Fahrenheit; ° = Grad; km = Kilometer; m = Meter; cm = Zentimeter; mm = Millimeter;
    km/h = Kilometer pro Stunde; m/s = Meter pro Sekunde; mph = Meile pro Stunde/Meilen pro Stunde/f;
    km² = Quadratkilometer; m² = Quadratmeter; m2 = Quadratmeter; qm = Quadratmeter; m³ = Kubikmeter; ft = Fuß;
    yd = Yard/Yards; kg = Kilo; g = Gramm; mg = Milligramm; t = Tonne/Tonnen/f; lb = Pfund; lbs = Pfund;
    oz = Unze/Unzen/f; l = Liter; L = Liter; ml = Milliliter; h = Stunde/Stunden/f; Std = Stunde/Stunden/f;
    Std. = Stunde/Stunden/f; min = Minute/Minuten/f; Min. = Minute/Minuten/f; Sek. = Sekunde/Sekunden/f;
    ms = Millisekunde/Millisekunden/f; kW = Kilowatt; kWh = Kilowattstunde/Kilowattstunden/f; MW = Megawatt;
    W = Watt; V = Volt; Hz = Hertz; kHz = Kilohertz; MHz = Megahertz; GHz = Gigahertz; KB = Kilobyte;
    kB = Kilobyte; MB = Megabyte; GB = Gigabyte; TB = Terabyte; Mbps = Megabit pro Sekunde;
    Mbit/s = Megabit pro Sekunde; dB = Dezibel; kcal = Kilokalorie/Kilokalorien/f; PS = PS; px = Pixel;
    Mio. = Million/Millionen/f; Mrd. = Milliarde/Milliarden/f; Tsd. = tausend
  `),
  currencies: table(`
    USD = Dollar + Cent; EUR = Euro + Cent; GBP = Pfund + Penny/Pence; JPY = Yen + Sen; CNY = Yuan + Fen;
    BRL = Real + Centavo/Centavos; MXN = Peso/Pesos + Centavo/Centavos; CHF = Schweizer Franken + Rappen;
    AUD = australischer Dollar/australische Dollar + Cent; CAD = kanadischer Dollar/kanadische Dollar + Cent;
    NZD = neuseeländischer Dollar/neuseeländische Dollar + Cent; HKD = Hongkong-Dollar + Cent;
    INR = Rupie/Rupien/f + Paisa; RUB = Rubel + Kopeke/Kopeken/f; PLN = Zloty + Groschen; KRW = Won + Jeon;
    TRY = Lira/Lira/f + Kurus; UAH = Hrywnja/Hrywnja/f + Kopeke/Kopeken/f
  `),
  scales: { K: 'tausend', M: 'Million/Millionen/f', B: 'Milliarde/Milliarden/f' },
  afterMillion: (things) => things,
  withCents: (major, minor) => `${major} ${minor}`,
  months: MONTHS,
  monthFirst: false,
  year,
  date: (day, month, spoken, { before }) => `${inflected(day, before)} ${month} ${spoken}`,
  beforeYears: new RegExp(
    `(?:\\b(?:Jahre?s?|Jahren|seit|bis|von|ab|um|vor|nach|anno|Jahrgang|Sommer|Herbst|Winter|Frühling|Frühjahr|Ende|Anfang|Mitte|in|und|${MONTHS.join('|')})|(?:1[1-9]|20)\\d\\d\\s?[-–])\\s?$`,
  ),
  time,
  fraction,
  genderOf,
  notCounted,
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'Sek.'],
    [/\bz\.\s?B\./g, 'zum Beispiel'],
    [/\bd\.\s?h\./g, 'das heißt'],
    [/\bu\.\s?a\./g, 'unter anderem'],
    [/\bu\.\s?U\./g, 'unter Umständen'],
    [/\bo\.\s?[Ää]\./g, 'oder ähnliches'],
    [/\bi\.\s?d\.\s?R\./g, 'in der Regel'],
    [/\bv\.\s?Chr\./g, 'vor Christus'],
    [/\bn\.\s?Chr\./g, 'nach Christus'],
    [/\busw\.(?=\s*$)/g, 'und so weiter.'],
    [/\busw\./g, 'und so weiter'],
    [/\betc\.(?=\s*$)/g, 'et cetera.'],
    [/\betc\./g, 'et cetera'],
    [/\bbzw\./g, 'beziehungsweise'],
    [/\bca\./g, 'circa'],
    [/\bNr\.\s?(?=\d)/g, 'Nummer '],
    [/\bS\.\s?(?=\d)/g, 'Seite '],
    [/\bKap\.\s?(?=\d)/g, 'Kapitel '],
    [/\bDr\.(?=\s)/g, 'Doktor'],
    [/\bProf\.(?=\s)/g, 'Professor'],
    [/\bHr\.(?=\s)/g, 'Herr'],
    [/\bFr\.(?=\s\p{Lu})/gu, 'Frau'],
    [/\bSt\.(?=\s\p{Lu})/gu, 'Sankt'],
    [/(?<=\p{L})str\.(?=\s|,|$)/gu, 'straße'],
    [/\bStr\.(?=\s|,|$)/g, 'Straße'],
    [/\bvgl\./gi, 'vergleiche'],
    [/\bevtl\./g, 'eventuell'],
    [/\bggf\./g, 'gegebenenfalls'],
    [/\binkl\./g, 'inklusive'],
    [/\bTel\.(?=\s)/g, 'Telefon'],
    [/\bJh\.(?=\s|$)/g, 'Jahrhundert'],
  ],
  figures: [
    [
      new RegExp(
        `(?:(\\p{L}+)\\s)?(?<![\\d.,:/])(\\d{1,2})\\.\\s?(?=(?:${MONTHS.join('|')}|Jan|Feb|Mrz|Apr|Jun|Jul|Aug|Sep|Okt|Nov|Dez)(?:\\W|$))`,
        'gu',
      ),
      (_, before = '', n = '') => `${before === '' ? '' : `${before} `}${inflected(Number(n), before)} `,
    ],
    [
      /(\p{L}+)\s(\d{1,4})\.\s(?=\p{L})/gu,
      (all, before = '', n = '') =>
        WEAK.test(before) || STRONG.test(before) || /^(?:ein|mein|sein|ihr|unser|kein)$/i.test(before)
          ? `${before} ${inflected(Number(n), before)} `
          : all,
    ],
    [
      /(?<![\p{L}\d.,])['’]?(\d0|[12]\d\d0)er\b/gu,
      (_, n = '') => `${n.length === 4 ? year(Number(n)) : cardinal(Number(n))}er`,
    ],
    [
      /(?<![\p{L}\d.,])(\d{1,3})\.?(?:te|ter|tes|ten|ste|ster|sten|stes)\b/gu,
      (_, n = '') => `${stem(Number(n))}e`,
    ],
    [/(?<!\p{L})([XVI]{1,5})\.(?=\s(?:Jahrhundert|Jh))/gu, (all) => all.replace('.', '')],
  ],
  parts: PARTS,
  roman,
};
