import { cardinal, counting, ordinal, ordinalBefore, short } from '../counting/es.ts';
import { halfOf, table, type Around, type Gender, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds, half }: Time): string {
  const end =
    half === undefined
      ? ''
      : half === 'a'
        ? ' de la mañana'
        : hours >= 8 && hours < 12
          ? ' de la noche'
          : ' de la tarde';
  const tail = seconds === undefined ? '' : ` y ${cardinal(seconds, 'm')} segundos`;
  return `${cardinal(hours, 'f')}${minutes === 0 ? '' : ` ${minutes < 10 ? 'y ' : ''}${cardinal(minutes, 'm')}`}${tail}${end}`;
}

function fraction(over: number, under: number, around: Around): string {
  if (under === 2) return halfOf(around, es, 'un medio/medio/media');
  const part =
    under === 3
      ? 'tercio'
      : under <= 10
        ? ordinal(under, 'm')
        : `${cardinal(under, 'm')
            .replace(/[aeo]$/, '')
            .replace(/ /g, '')}avo`;
  return `${short(cardinal(over, 'm'))} ${part}${over > 1 ? 's' : ''}`;
}

const FEMININE =
  /^(?:manos?|fotos?|motos?|radios?|ve(?:z|ces)|noches?|tardes?|mujer(?:es)?|clases?|partes?|gente|calles?|llaves?|flor(?:es)?|lu(?:z|ces)|vo(?:z|ces)|cruz|cruces|naves?|muertes?|fuentes?|series?|im[aá]gen(?:es)?|red(?:es)?|leyes|ley|sedes?|frases?|bases?|fases?|claves?|torres?|nubes?)$/i;
const MASCULINE =
  /^(?:d[ií]as?|problemas?|temas?|sistemas?|programas?|mapas?|planetas?|idiomas?|climas?|poetas?|dramas?|esquemas?|teoremas?|s[ií]ntomas?|telegramas?|kilogramas?|diplomas?|pijamas?|guardas?|artistas|futbolistas|turistas|policías|sof[aá]s?|tranv[ií]as?)$/i;

function genderOf(noun: string): Gender | undefined {
  if (MASCULINE.test(noun)) return 'm';
  if (FEMININE.test(noun) || /(?:as?|ción|ciones|sión|siones|dad|dades|tud|tudes|umbres?)$/i.test(noun))
    return 'f';
  return 'm';
}

const NOT_COUNTED = new Set(
  `de del y e a en por que o u con al es son no se para como más menos me te le lo la el los las un una entre hasta
  desde sin sobre pero si ni ya fue era están está hay`.split(/\s+/),
);

const PEOPLE = /^(?:Isabel|Beatriz|Leonor|Carmen|Inés|\p{L}+a)$/u;
const COUNTED_PARTS =
  /^(?:siglos?|capítulo|tomo|volumen|acto|parte|fase|tipo|mundial|libro|título|episodio|temporada|anexo|canto|rocky|star|apolo)$/i;

function roman(n: number, { before }: Around): string | undefined {
  if (COUNTED_PARTS.test(before)) return cardinal(n, 'm');
  if (!/^\p{Lu}\p{Ll}/u.test(before)) return undefined;
  return n <= 10 ? ordinal(n, PEOPLE.test(before) ? 'f' : 'm') : cardinal(n, 'm');
}

const MONTHS =
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');

export const es: Tongue = {
  cardinal,
  counting,
  point: { '.': 'punto', ',': 'coma' },
  digitByDigit: false,
  words: {
    minus: 'menos',
    plus: 'más',
    plusminus: 'más menos',
    times: 'por',
    equals: 'igual a',
    percent: 'por ciento',
    permille: 'por mil',
    to: 'a',
    ratio: 'a',
    per: 'por',
    number: 'número',
    and: 'y',
    about: 'unos',
    at: 'arroba',
    dot: 'punto',
    slash: 'barra',
    dash: 'guion',
    underscore: 'guion bajo',
    colon: 'dos puntos',
    degrees: 'grados',
  },
  units: table(`
    % = por ciento/por ciento/n; ‰ = por mil/por mil/n; °C = grado Celsius/grados Celsius;
    ° C = grado Celsius/grados Celsius; ºC = grado Celsius/grados Celsius; º C = grado Celsius/grados Celsius;
    °F = grado Fahrenheit/grados Fahrenheit; ° F = grado Fahrenheit/grados Fahrenheit;
    ºF = grado Fahrenheit/grados Fahrenheit; ° = grado/grados; km = kilómetro/kilómetros; m = metro/metros;
    cm = centímetro/centímetros; mm = milímetro/milímetros; km/h = kilómetro por hora/kilómetros por hora;
    m/s = metro por segundo/metros por segundo; mph = milla por hora/millas por hora/f;
    km² = kilómetro cuadrado/kilómetros cuadrados; m² = metro cuadrado/metros cuadrados;
    m2 = metro cuadrado/metros cuadrados; m³ = metro cúbico/metros cúbicos; ft = pie/pies; yd = yarda/yardas/f;
    kg = kilo/kilos; g = gramo/gramos; mg = miligramo/miligramos; lb = libra/libras/f; lbs = libra/libras/f;
    oz = onza/onzas/f; l = litro/litros; L = litro/litros; ml = mililitro/mililitros; h = hora/horas/f;
    hrs = hora/horas/f; min = minuto/minutos; seg = segundo/segundos; ms = milisegundo/milisegundos;
    kW = kilovatio/kilovatios; kWh = kilovatio hora/kilovatios hora; MW = megavatio/megavatios;
    W = vatio/vatios; V = voltio/voltios; Hz = hercio/hercios; kHz = kilohercio/kilohercios;
    MHz = megahercio/megahercios; GHz = gigahercio/gigahercios; KB = kilobyte/kilobytes;
    kB = kilobyte/kilobytes; MB = megabyte/megabytes; GB = gigabyte/gigabytes; TB = terabyte/terabytes;
    Mbps = megabit por segundo/megabits por segundo; dB = decibelio/decibelios;
    kcal = kilocaloría/kilocalorías/f; px = píxel/píxeles
  `),
  currencies: table(`
    USD = dólar/dólares + centavo/centavos; EUR = euro/euros + céntimo/céntimos;
    GBP = libra/libras/f + penique/peniques; JPY = yen/yenes + sen/sen; CNY = yuan/yuanes + fen/fen;
    BRL = real/reales + centavo/centavos; MXN = peso/pesos + centavo/centavos;
    CHF = franco suizo/francos suizos + céntimo/céntimos;
    AUD = dólar australiano/dólares australianos + centavo/centavos;
    CAD = dólar canadiense/dólares canadienses + centavo/centavos;
    NZD = dólar neozelandés/dólares neozelandeses + centavo/centavos;
    HKD = dólar de Hong Kong/dólares de Hong Kong + centavo/centavos; INR = rupia/rupias/f + paisa/paisas/f;
    RUB = rublo/rublos + kopek/kopeks; PLN = esloti/eslotis + grosz/groszy; KRW = won/wones + jeon/jeon;
    TRY = lira/liras/f + kurus/kurus; UAH = grivna/grivnas/f + kopek/kopeks
  `),
  scales: { K: 'mil/mil', M: 'millón/millones', B: 'mil millones/mil millones' },
  afterMillion: (things) => `de ${things}`.trim(),
  withCents: (major, minor) => `${major} con ${minor}`,
  months: MONTHS,
  monthFirst: false,
  year: (n) => cardinal(n, 'm'),
  date: (day, month, year) => `${cardinal(day, 'm')} de ${month} de ${year}`,
  time,
  fraction,
  genderOf,
  notCounted: NOT_COUNTED,
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'seg'],
    [/\bp\. ?(?=\d)/g, 'página '],
    [/\bSr\.(?=\s)/g, 'señor'],
    [/\bSra\.(?=\s)/g, 'señora'],
    [/\bSrta\.(?=\s)/g, 'señorita'],
    [/\bSres\.(?=\s)/g, 'señores'],
    [/\bDr\.(?=\s)/g, 'doctor'],
    [/\bDra\.(?=\s)/g, 'doctora'],
    [/\bProf\.(?=\s)/g, 'profesor'],
    [/\bD\.(?=\s\p{Lu}\p{Ll})/gu, 'don'],
    [/\bDña\.(?=\s)/g, 'doña'],
    [/\bSto\.(?=\s)/g, 'Santo'],
    [/\bSta\.(?=\s)/g, 'Santa'],
    [/\bUds\.|\bVds\./g, 'ustedes'],
    [/\bUd\.|\bVd\./g, 'usted'],
    [/\bEE\.\s?UU\.?(?=\s*$)/g, 'Estados Unidos.'],
    [/\bEE\.\s?UU\.?|\bEEUU\b/g, 'Estados Unidos'],
    [/\bp\.\s?ej\./gi, 'por ejemplo'],
    [/\betc\.(?=\s*$)/g, 'etcétera.'],
    [/\betc\./g, 'etcétera'],
    [/\b[Nn](?:úms?\.|\.?º|\.?°|ro\.|o\.)\s?(?=\d)/g, 'número '],
    [/\bpágs?\.\s?(?=\d)/g, 'página '],
    [/\bart\.\s?(?=\d)/g, 'artículo '],
    [/\bcap\.\s?(?=\d)/g, 'capítulo '],
    [/\b[Tt]el(?:éf)?\.(?=\s)/g, 'teléfono'],
    [/\b(?:Avda|Av)\.(?=\s)/g, 'avenida'],
    [/\ba\.\s?C\.(?=\s*$)/g, 'antes de Cristo.'],
    [/\ba\.\s?C\.|\ba\. de C\./g, 'antes de Cristo'],
    [/\bd\.\s?C\.(?=\s*$)/g, 'después de Cristo.'],
    [/\bd\.\s?C\.|\bd\. de C\./g, 'después de Cristo'],
    [/\baprox\./g, 'aproximadamente'],
    [/\bdpto\./gi, 'departamento'],
    [/\bs\.\s(?=[IVX]+\b)/g, 'siglo '],
  ],
  figures: [
    [
      /(?<![\p{L}\d.,])(\d{1,3})(?:\.\s?)?(º|°(?!\s?[CF])|ª|er(?=\s)|o(?=\s)|a(?=\s))(?:\s(\p{L}+))?/gu,
      (all, n = '', sign = '', after = '') => {
        // "25 °" are degrees: the sign of an ordinal stands right behind its point or number.
        if (sign === '°' && /^(?:de|a|y|o|en|bajo)?$/.test(after)) return all;
        const words = ordinalBefore(Number(n), sign === 'ª' || sign === 'a' ? 'f' : 'm', after);
        return after === '' ? words : `${words} ${after}`;
      },
    ],
  ],
  parts: COUNTED_PARTS,
  roman,
};
