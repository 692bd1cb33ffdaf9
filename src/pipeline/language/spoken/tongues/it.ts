import { cardinal, counting, ordinal } from '../counting/it.ts';
import { halfOf, table, type Around, type Gender, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds }: Time): string {
  const tail = seconds === undefined ? '' : ` e ${cardinal(seconds)} secondi`;
  return `${cardinal(hours, 'f')}${minutes === 0 ? '' : ` e ${cardinal(minutes)}`}${tail}`;
}

function fraction(over: number, under: number, around: Around): string {
  if (under === 2) return halfOf(around, it, 'un mezzo/mezzo/mezza');
  const part = ordinal(under, 'm');
  return over === 1 ? `un ${part}` : `${cardinal(over)} ${part.replace(/o$/, 'i')}`;
}

function genderOf(noun: string): Gender | undefined {
  if (/^(?:problema|sistema|programma|tema|pianeta|clima|poeta|dramma|cinema|panorama)$/i.test(noun))
    return 'm';
  if (
    /^(?:mano|mani|notte|notti|parte|classe|gente|chiave|voce|luce|foto|moto|auto|radio|città|volta|fine|morte|fonte|serie|nave|legge|frase|base|fase|croce|pace|sede|rete|torre)$/i.test(
      noun,
    )
  )
    return 'f';
  return /(?:a|zione|sione|gione|tà|tù|trice|ie)$/i.test(noun) ? 'f' : 'm';
}

const NOT_COUNTED = new Set(
  `di del della dei e a ed ad in per che o con al alla è sono non si come più meno da dal dalla il lo la i gli le un una
  tra fra su ma se né fu era ha hanno`.split(/\s+/),
);

const WOMEN = /^(?:Elisabetta|Caterina|Maria|Anna|Isabella|Margherita|\p{L}+a)$/u;

const PARTS =
  /^(?:secolo|capitolo|tomo|volume|atto|parte|fase|tipo|mondiale|libro|titolo|episodio|stagione)$/i;

function roman(n: number, { before, after }: Around): string | undefined {
  if (/^secol/i.test(after) || /^secolo$/i.test(before)) return ordinal(n, 'm');
  if (PARTS.test(before)) return cardinal(n);
  return /^\p{Lu}\p{Ll}/u.test(before)
    ? ordinal(n, WOMEN.test(before) && before !== 'Andrea' && before !== 'Luca' ? 'f' : 'm')
    : undefined;
}

const MONTHS =
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' ');

export const it: Tongue = {
  cardinal,
  counting,
  point: { '.': 'punto', ',': 'virgola' },
  digitByDigit: false,
  words: {
    minus: 'meno',
    plus: 'più',
    plusminus: 'più o meno',
    times: 'per',
    equals: 'uguale',
    percent: 'per cento',
    permille: 'per mille',
    to: 'a',
    ratio: 'a',
    per: 'a',
    number: 'numero',
    and: 'e',
    about: 'circa',
    at: 'chiocciola',
    dot: 'punto',
    slash: 'barra',
    dash: 'trattino',
    underscore: 'trattino basso',
    colon: 'due punti',
    degrees: 'gradi',
  },
  units: table(`
    % = per cento/per cento/n; ‰ = per mille/per mille/n; °C = grado Celsius/gradi Celsius; ° C = grado Celsius/gradi Celsius;
    ºC = grado Celsius/gradi Celsius; °F = grado Fahrenheit/gradi Fahrenheit;
    ° F = grado Fahrenheit/gradi Fahrenheit; ° = grado/gradi; km = chilometro/chilometri; m = metro/metri;
    cm = centimetro/centimetri; mm = millimetro/millimetri; km/h = chilometro all'ora/chilometri all'ora;
    m/s = metro al secondo/metri al secondo; mph = miglio all'ora/miglia all'ora;
    km² = chilometro quadrato/chilometri quadrati; m² = metro quadrato/metri quadrati;
    m2 = metro quadrato/metri quadrati; mq = metro quadrato/metri quadrati; m³ = metro cubo/metri cubi;
    ft = piede/piedi; yd = iarda/iarde/f; kg = chilo/chili; g = grammo/grammi; mg = milligrammo/milligrammi;
    lb = libbra/libbre/f; lbs = libbra/libbre/f; oz = oncia/once/f; l = litro/litri; L = litro/litri;
    ml = millilitro/millilitri; h = ora/ore/f; min = minuto/minuti; sec = secondo/secondi;
    ms = millisecondo/millisecondi; kW = chilowatt/chilowatt; kWh = chilowattora/chilowattora;
    MW = megawatt/megawatt; W = watt/watt; V = volt/volt; Hz = hertz/hertz; kHz = chilohertz/chilohertz;
    MHz = megahertz/megahertz; GHz = gigahertz/gigahertz; KB = kilobyte/kilobyte; kB = kilobyte/kilobyte;
    MB = megabyte/megabyte; GB = gigabyte/gigabyte; TB = terabyte/terabyte;
    Mbps = megabit al secondo/megabit al secondo; dB = decibel/decibel; kcal = chilocaloria/chilocalorie/f;
    px = pixel/pixel
  `),
  currencies: table(`
    USD = dollaro/dollari + centesimo/centesimi; EUR = euro/euro + centesimo/centesimi;
    GBP = sterlina/sterline/f + penny/pence; JPY = yen/yen + sen/sen; CNY = yuan/yuan + fen/fen;
    BRL = real/real + centavo/centavos; MXN = peso/pesos + centavo/centavos;
    CHF = franco svizzero/franchi svizzeri + centesimo/centesimi;
    AUD = dollaro australiano/dollari australiani + centesimo/centesimi;
    CAD = dollaro canadese/dollari canadesi + centesimo/centesimi;
    NZD = dollaro neozelandese/dollari neozelandesi + centesimo/centesimi;
    HKD = dollaro di Hong Kong/dollari di Hong Kong + centesimo/centesimi; INR = rupia/rupie/f + paisa/paise;
    RUB = rublo/rubli + copeco/copechi; PLN = zloty/zloty + grosz/groszy; KRW = won/won + jeon/jeon;
    TRY = lira turca/lire turche/f + kurus/kurus; UAH = grivnia/grivnie/f + copeco/copechi
  `),
  scales: { K: 'mila/mila', M: 'milione/milioni', B: 'miliardo/miliardi' },
  afterMillion: (things) => `di ${things}`.trim(),
  withCents: (major, minor) => `${major} e ${minor}`,
  months: MONTHS,
  monthFirst: false,
  year: (n) => cardinal(n),
  date: (day, month, year) => `${day === 1 ? 'primo' : cardinal(day)} ${month} ${year}`,
  time,
  fraction,
  genderOf,
  notCounted: NOT_COUNTED,
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'sec'],
    [/\bp\. ?(?=\d)/g, 'pagina '],
    [/\b[Ss]igg\.(?=\s)/g, 'signori'],
    [/\b([Ss])ig\.(?:ra|a)\.?(?=\s)/g, (_, s = '') => `${s}ignora`],
    [/\b([Ss])ig\.na\.?(?=\s)/g, (_, s = '') => `${s}ignorina`],
    [/\b([Ss])ig\.(?=\s)/g, (_, s = '') => `${s}ignor`],
    [/\b([Dd])ott\.ssa\.?(?=\s)/g, (_, d = '') => `${d}ottoressa`],
    [/\b([Dd])ott\.(?=\s)/g, (_, d = '') => `${d}ottor`],
    [/\b([Pp])rof\.ssa\.?(?=\s)/g, (_, p = '') => `${p}rofessoressa`],
    [/\b([Pp])rof\.(?=\s)/g, (_, p = '') => `${p}rofessor`],
    [/\b[Ii]ng\.(?=\s)/g, 'ingegner'],
    [/\b[Aa]vv\.(?=\s)/g, 'avvocato'],
    [/\bS\.(?=\s\p{Lu}\p{Ll})/gu, 'San'],
    [/\b(?:ecc|etc)\.(?=\s*$)/g, 'eccetera.'],
    [/\b(?:ecc|etc)\./g, 'eccetera'],
    [/\bp(?:er)?\.?\s?es\./g, 'per esempio'],
    [/\b[Nn](?:\.|°|º|\.º)\s?(?=\d)/g, 'numero '],
    [/\bpagg?\.\s?(?=\d)/g, 'pagina '],
    [/\bcap\.\s?(?=\d)/g, 'capitolo '],
    [/\bart\.\s?(?=\d)/g, 'articolo '],
    [/\b[Tt]el\.(?=\s)/g, 'telefono'],
    [/\ba\.\s?C\./g, 'avanti Cristo'],
    [/\bd\.\s?C\./g, 'dopo Cristo'],
    [/\bca\.(?=\s)/g, 'circa'],
  ],
  figures: [
    [
      /(?<![\p{L}\d.,])(\d{1,4})(?:º|°(?!\s?[CF]))(?=\s\p{L})(?!\s(?:di|a|e|o|in)\s)/gu,
      (_, n = '') => ordinal(Number(n), 'm'),
    ],
    [/(?<![\p{L}\d.,])(\d{1,4})º/gu, (_, n = '') => ordinal(Number(n), 'm')],
    [/(?<![\p{L}\d.,])(\d{1,4})ª/gu, (_, n = '') => ordinal(Number(n), 'f')],
    [/(?<=\banni\s)['’‘](\d\d)\b/g, (_, n = '') => cardinal(Number(n))],
  ],
  parts: PARTS,
  roman,
};
