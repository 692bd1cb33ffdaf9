import { below100, cardinal, decade, ordinal, year } from '../counting/en.ts';
import { table, type Around, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds, half }: Time): string {
  const late = minutes === 0 ? '' : ` ${minutes < 10 ? 'oh ' : ''}${below100(minutes)}`;
  const end = half === undefined ? '' : ` ${half.toUpperCase()} M`;
  const hour = late === '' && end === '' ? (hours > 12 || hours === 0 ? ' hundred' : " o'clock") : '';
  const tail = seconds === undefined ? '' : ` and ${below100(seconds)} second${seconds === 1 ? '' : 's'}`;
  return `${below100(hours)}${tail === '' ? hour : ''}${late}${tail}${end}`;
}

function fraction(over: number, under: number, { before }: Around): string {
  const many = over > 1 ? 's' : '';
  const part = under === 2 ? 'half' : under === 4 ? `quarter${many}` : `${ordinal(under)}${many}`;
  return over === 1 && before !== '' ? `${under === 2 ? 'a' : 'one'} ${part}` : `${cardinal(over)} ${part}`;
}

const KINGS =
  /^(?:Henry|George|Charles|Louis|Edward|James|William|Elizabeth|Richard|Philip|Paul|John|Benedict|Pius|Leo|Gregory|Innocent|Urban|Clement|Napoleon|Catherine|Nicholas|Peter|Alexander|Frederick|Mary|Robert|Francis|Ferdinand|Alfonso|Ramses|Ramesses|Ivan|Gustav|Carl|Harald|Christian|Margaret|Wilhelm|Ludwig|Felipe|Carlos)$/;

const PARTS = /^(?:part|chapter|volume|act|phase|type|class|episode|season|book|war)$/i;

function roman(n: number, { before, after }: Around): string | undefined {
  if (/^centur/i.test(after)) return ordinal(n);
  if (KINGS.test(before)) return `the ${ordinal(n)}`;
  return PARTS.test(before) || /^\p{Lu}\p{Ll}/u.test(before) ? cardinal(n) : undefined;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const MONTH = `(?:${MONTHS.join('|')}|Jan\\.?|Feb\\.?|Mar\\.|Apr\\.?|Jun\\.|Jul\\.|Aug\\.?|Sept?\\.?|Oct\\.?|Nov\\.?|Dec\\.?)`;

export const en: Tongue = {
  cardinal,
  counting: cardinal,
  point: { '.': 'point', ',': 'point' },
  digitByDigit: true,
  words: {
    minus: 'minus',
    plus: 'plus',
    plusminus: 'plus or minus',
    times: 'by',
    equals: 'equals',
    percent: 'percent',
    permille: 'per thousand',
    to: 'to',
    ratio: 'to',
    per: 'per',
    number: 'number',
    and: 'and',
    about: 'about',
    at: 'at',
    dot: 'dot',
    slash: 'slash',
    dash: 'dash',
    underscore: 'underscore',
    colon: 'colon',
    degrees: 'degrees',
  },
  units: table(`
    % = percent/percent; ‰ = per thousand/per thousand; °C = degree Celsius/degrees Celsius;
    ° C = degree Celsius/degrees Celsius; °F = degree Fahrenheit/degrees Fahrenheit;
    ° F = degree Fahrenheit/degrees Fahrenheit; º C = degree Celsius/degrees Celsius;
    ºC = degree Celsius/degrees Celsius; ºF = degree Fahrenheit/degrees Fahrenheit; ° = degree/degrees;
    km = kilometer/kilometers; m = meter/meters; cm = centimeter/centimeters; mm = millimeter/millimeters;
    km/h = kilometer per hour/kilometers per hour; kph = kilometer per hour/kilometers per hour;
    m/s = meter per second/meters per second; mph = mile per hour/miles per hour;
    km² = square kilometer/square kilometers; m² = square meter/square meters; m2 = square meter/square meters;
    m³ = cubic meter/cubic meters; mi = mile/miles; ft = foot/feet; yd = yard/yards; kg = kilogram/kilograms;
    g = gram/grams; mg = milligram/milligrams; lb = pound/pounds; lbs = pound/pounds; oz = ounce/ounces;
    l = liter/liters; L = liter/liters; ml = milliliter/milliliters; mL = milliliter/milliliters;
    h = hour/hours; hr = hour/hours; hrs = hour/hours; min = minute/minutes; sec = second/seconds;
    ms = millisecond/milliseconds; kW = kilowatt/kilowatts; kWh = kilowatt hour/kilowatt hours;
    MW = megawatt/megawatts; W = watt/watts; V = volt/volts; Hz = hertz/hertz; kHz = kilohertz/kilohertz;
    MHz = megahertz/megahertz; GHz = gigahertz/gigahertz; KB = kilobyte/kilobytes; kB = kilobyte/kilobytes;
    MB = megabyte/megabytes; GB = gigabyte/gigabytes; TB = terabyte/terabytes;
    Mbps = megabit per second/megabits per second; dB = decibel/decibels; kcal = kilocalorie/kilocalories;
    px = pixel/pixels
  `),
  currencies: table(`
    USD = dollar/dollars + cent/cents; EUR = euro/euros + cent/cents; GBP = pound/pounds + penny/pence;
    JPY = yen/yen + sen/sen; CNY = yuan/yuan + fen/fen; BRL = real/reais + centavo/centavos;
    MXN = peso/pesos + centavo/centavos; CHF = Swiss franc/Swiss francs + centime/centimes;
    AUD = Australian dollar/Australian dollars + cent/cents;
    CAD = Canadian dollar/Canadian dollars + cent/cents;
    NZD = New Zealand dollar/New Zealand dollars + cent/cents;
    HKD = Hong Kong dollar/Hong Kong dollars + cent/cents; INR = rupee/rupees + paisa/paise;
    RUB = ruble/rubles + kopeck/kopecks; PLN = zloty/zlotys + grosz/groszy; KRW = won/won + jeon/jeon;
    TRY = lira/liras + kurus/kurus; UAH = hryvnia/hryvnias + kopeck/kopecks
  `),
  scales: { K: 'thousand/thousand', M: 'million/million', B: 'billion/billion' },
  afterMillion: (things) => things,
  withCents: (major, _minor, named) => `${major} and ${named}`,
  months: MONTHS,
  monthFirst: true,
  year,
  date: (day, month, spoken) => `${month} ${ordinal(day)}, ${spoken}`,
  beforeYears: /(?:)/,
  time,
  fraction,
  genderOf: () => undefined,
  notCounted: new Set(),
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'sec'],
    [/\bMr\.?(?=\s)/g, 'Mister'],
    [/\bMrs\.?(?=\s)/g, 'Missus'],
    [/\bMs\.(?=\s)/g, 'Miss'],
    [/\bDr\.?(?=\s\p{Lu})/gu, 'Doctor'],
    [/\bProf\.(?=\s)/g, 'Professor'],
    [/\bSt\.(?=\s\p{Lu})/gu, 'Saint'],
    [/(?<=\p{L}\s)St\.(?=\s|$|,)/gu, 'Street'],
    [/\bMt\.(?=\s\p{Lu})/gu, 'Mount'],
    [/\bGov\.(?=\s\p{Lu})/gu, 'Governor'],
    [/\bSen\.(?=\s\p{Lu})/gu, 'Senator'],
    [/\bGen\.(?=\s\p{Lu})/gu, 'General'],
    [/\bCapt\.(?=\s\p{Lu})/gu, 'Captain'],
    [/\bLt\.(?=\s\p{Lu})/gu, 'Lieutenant'],
    [/\bSgt\.(?=\s\p{Lu})/gu, 'Sergeant'],
    [/\bJr\./g, 'Junior'],
    [/(?<=\p{Lu}\p{Ll}+,? )Sr\./gu, 'Senior'],
    [/\bNos\.\s?(?=\d)/g, 'numbers '],
    [/\b[Nn]o\.\s?(?=\d)/g, 'number '],
    [/\bvol\.\s?(?=\d)/gi, 'volume '],
    [/\bpp?\.\s?(?=\d)/g, 'page '],
    [/\bvs\.?(?=\s)/g, 'versus'],
    [/\be\.\s?g\./g, 'for example'],
    [/\bi\.\s?e\./g, 'that is'],
    [/\betc\.(?=\s*$)/g, 'et cetera.'],
    [/\betc\./g, 'et cetera'],
    [/\bapprox\./g, 'approximately'],
    [/\bw\/o(?=\s)/g, 'without'],
    [/\bw\/(?=\s)/g, 'with'],
  ],
  figures: [
    [
      new RegExp(`(\\b${MONTH})\\s(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:.,]\\d|\\d|\\s?[%°€])(,?)`, 'g'),
      (_, month = '', day = '', comma = '') => `${month} ${ordinal(Number(day))}${comma}`,
    ],
    [
      new RegExp(
        `(?:\\bthe\\s)?(?<![\\d.,:/])(\\d{1,2})(?:st|nd|rd|th)?(?:\\sof)?\\s(?=${MONTH}(?:\\W|$))`,
        'g',
      ),
      (_, day = '') => `the ${ordinal(Number(day))} of `,
    ],
    [
      /(?<![\p{L}\d.,])(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)\b/gu,
      (_, n = '') => ordinal(Number(n.replaceAll(',', ''))),
    ],
    [/(?<![\p{L}\d.,])['’]?(\d0|[12]\d\d0)'?s\b/gu, (_, n = '') => decade(n)],
    [
      /(?<![\p{L}\d.,])(\d)'\s?(\d{1,2})(?:"|''|″)/gu,
      (_, feet = '', inches = '') => `${cardinal(Number(feet))} foot ${cardinal(Number(inches))}`,
    ],
  ],
  parts: PARTS,
  roman,
};
