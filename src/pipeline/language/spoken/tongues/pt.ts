import { cardinal, ordinal } from '../counting/pt.ts';
import { halfOf, table, type Around, type Gender, type Time, type Tongue } from '../tongue.ts';

function time({ hours, minutes, seconds }: Time): string {
  const tail = seconds === undefined ? '' : ` e ${cardinal(seconds, 'm')} segundos`;
  if (minutes === 0) return `${cardinal(hours, 'f')} ${hours === 1 ? 'hora' : 'horas'}${tail}`;
  return `${cardinal(hours, 'f')} e ${cardinal(minutes, 'm')}${tail}`;
}

function fraction(over: number, under: number, around: Around): string {
  if (under === 2) return halfOf(around, pt, 'um meio/meio/meia');
  const part = under === 3 ? 'terço' : under <= 10 ? ordinal(under, 'm') : `${cardinal(under, 'm')} avos`;
  return `${cardinal(over, 'm')} ${part}${over > 1 && under <= 10 ? 's' : ''}`;
}

function genderOf(noun: string): Gender | undefined {
  if (
    /^(?:dias?|problemas?|temas?|sistemas?|programas?|mapas?|planetas?|climas?|poetas?|dramas?|quilogramas?|sofás?)$/i.test(
      noun,
    )
  )
    return 'm';
  if (
    /^(?:mãos?|fotos?|motos?|rádios?|vez(?:es)?|noites?|tardes?|mulher(?:es)?|partes?|gente|chaves?|flor(?:es)?|luz(?:es)?|voz(?:es)?|cruz(?:es)?|mortes?|fontes?|séries?|redes?|leis?|frases?|bases?|fases?|torres?|classes?|tribos?)$/i.test(
      noun,
    )
  )
    return 'f';
  return /(?:as?|ção|ções|são|sões|dade|dades|gem|gens|tude|tudes)$/i.test(noun) ? 'f' : 'm';
}

const NOT_COUNTED = new Set(
  `de do da dos das e a à ao em por que ou com é são não se como mais menos no na o os as um uma para até sem sobre mas
  nem já foi era há`.split(/\s+/),
);

const WOMEN = /^(?:Maria|Isabel|Leonor|Beatriz|\p{L}+a)$/u;

const PARTS =
  /^(?:século|séculos|capítulo|tomo|volume|ato|parte|fase|tipo|mundial|livro|título|episódio|temporada)$/i;

function roman(n: number, { before }: Around): string | undefined {
  if (PARTS.test(before)) return n <= 10 && /^século/i.test(before) ? ordinal(n, 'm') : cardinal(n, 'm');
  if (!/^\p{Lu}\p{Ll}/u.test(before)) return undefined;
  return n <= 10 ? ordinal(n, WOMEN.test(before) ? 'f' : 'm') : cardinal(n, 'm');
}

const MONTHS =
  'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ');

export const pt: Tongue = {
  cardinal,
  counting: cardinal,
  point: { '.': 'ponto', ',': 'vírgula' },
  digitByDigit: false,
  words: {
    minus: 'menos',
    plus: 'mais',
    plusminus: 'mais ou menos',
    times: 'por',
    equals: 'igual a',
    percent: 'por cento',
    permille: 'por mil',
    to: 'a',
    ratio: 'a',
    per: 'por',
    number: 'número',
    and: 'e',
    about: 'cerca de',
    at: 'arroba',
    dot: 'ponto',
    slash: 'barra',
    dash: 'hífen',
    underscore: 'sublinhado',
    colon: 'dois pontos',
    degrees: 'graus',
  },
  units: table(`
    % = por cento; ‰ = por mil; °C = grau Celsius/graus Celsius; ° C = grau Celsius/graus Celsius;
    ºC = grau Celsius/graus Celsius; º C = grau Celsius/graus Celsius; °F = grau Fahrenheit/graus Fahrenheit;
    ° F = grau Fahrenheit/graus Fahrenheit; ° = grau/graus; km = quilômetro/quilômetros; m = metro/metros;
    cm = centímetro/centímetros; mm = milímetro/milímetros; km/h = quilômetro por hora/quilômetros por hora;
    m/s = metro por segundo/metros por segundo; mph = milha por hora/milhas por hora/f;
    km² = quilômetro quadrado/quilômetros quadrados; m² = metro quadrado/metros quadrados;
    m2 = metro quadrado/metros quadrados; m³ = metro cúbico/metros cúbicos; ft = pé/pés; yd = jarda/jardas/f;
    kg = quilo/quilos; g = grama/gramas; mg = miligrama/miligramas; lb = libra/libras/f; lbs = libra/libras/f;
    oz = onça/onças/f; l = litro/litros; L = litro/litros; ml = mililitro/mililitros; h = hora/horas/f;
    min = minuto/minutos; seg = segundo/segundos; ms = milissegundo/milissegundos; kW = quilowatt/quilowatts;
    kWh = quilowatt-hora/quilowatts-hora; MW = megawatt/megawatts; W = watt/watts; V = volt/volts;
    Hz = hertz/hertz; kHz = quilohertz/quilohertz; MHz = megahertz/megahertz; GHz = gigahertz/gigahertz;
    KB = quilobyte/quilobytes; kB = quilobyte/quilobytes; MB = megabyte/megabytes; GB = gigabyte/gigabytes;
    TB = terabyte/terabytes; Mbps = megabit por segundo/megabits por segundo; dB = decibel/decibéis;
    kcal = quilocaloria/quilocalorias/f; px = pixel/pixels
  `),
  currencies: table(`
    USD = dólar/dólares + centavo/centavos; EUR = euro/euros + centavo/centavos;
    GBP = libra/libras/f + pêni/pence; JPY = iene/ienes + sen/sen; CNY = yuan/yuans + fen/fen;
    BRL = real/reais + centavo/centavos; MXN = peso/pesos + centavo/centavos;
    CHF = franco suíço/francos suíços + centavo/centavos;
    AUD = dólar australiano/dólares australianos + centavo/centavos;
    CAD = dólar canadense/dólares canadenses + centavo/centavos;
    NZD = dólar neozelandês/dólares neozelandeses + centavo/centavos;
    HKD = dólar de Hong Kong/dólares de Hong Kong + centavo/centavos; INR = rupia/rupias/f + paisa/paisas/f;
    RUB = rublo/rublos + copeque/copeques; PLN = zloty/zlotys + grosz/groszy; KRW = won/wons + jeon/jeon;
    TRY = lira/liras/f + kurus/kurus; UAH = grívnia/grívnias/f + copeque/copeques
  `),
  scales: { K: 'mil/mil', M: 'milhão/milhões', B: 'bilhão/bilhões' },
  afterMillion: (things) => `de ${things}`.trim(),
  withCents: (major, _minor, named) => `${major} e ${named}`,
  months: MONTHS,
  monthFirst: false,
  year: (n) => cardinal(n, 'm'),
  date: (day, month, year) => `${day === 1 ? 'primeiro' : cardinal(day, 'm')} de ${month} de ${year}`,
  time,
  fraction,
  genderOf,
  notCounted: NOT_COUNTED,
  abbreviations: [
    [/(?<=\d )s(?![\p{L}\p{N}'’])/gu, 'seg'],
    [/\bp\. ?(?=\d)/g, 'página '],
    [/(?<=R\$ ?1 )mi\b/g, 'milhão'],
    [/(?<=R\$ ?[\d.,]+ )mi\b/g, 'milhões'],
    [/(?<=R\$ ?[\d.,]+ )bi\b/g, 'bilhões'],
    [/\bSr\.(?=\s)/g, 'senhor'],
    [/\bSra\.(?=\s)/g, 'senhora'],
    [/\bSrta\.(?=\s)/g, 'senhorita'],
    [/\bSrs\.(?=\s)/g, 'senhores'],
    [/\bDr\.(?=\s)/g, 'doutor'],
    [/\bDra\.(?=\s)/g, 'doutora'],
    [/\bProf\.(?=\s)/g, 'professor'],
    [/\bProfa\.(?=\s)/g, 'professora'],
    [/\bD\.(?=\s\p{Lu}\p{Ll})/gu, 'dom'],
    [/\bSto\.(?=\s)/g, 'Santo'],
    [/\bSta\.(?=\s)/g, 'Santa'],
    [/\bp\.\s?ex\./gi, 'por exemplo'],
    [/\betc\.(?=\s*$)/g, 'et cetera.'],
    [/\betc\./g, 'et cetera'],
    [/\b[Nn](?:\.?º|\.?°|o\.|\.)\s?(?=\d)/g, 'número '],
    [/\bpágs?\.\s?(?=\d)/g, 'página '],
    [/\bcap\.\s?(?=\d)/g, 'capítulo '],
    [/\bart\.\s?(?=\d)/g, 'artigo '],
    [/\b[Tt]el\.(?=\s)/g, 'telefone'],
    [/\bAv\.(?=\s)/g, 'avenida'],
    [/\bR\.(?=\s\p{Lu}\p{Ll})/gu, 'rua'],
    [/\ba\.\s?C\./g, 'antes de Cristo'],
    [/\bd\.\s?C\./g, 'depois de Cristo'],
    [/\baprox\./g, 'aproximadamente'],
    [/\bV\.\s?Exa\./g, 'Vossa Excelência'],
  ],
  figures: [
    [
      /(?<![\p{L}\d.,])(\d{1,3})\.?(?:º|°(?!\s?[CF]))(?=\s\p{L})(?!\s(?:de|a|e|ou|em|abaixo)\s)/gu,
      (_, n = '') => ordinal(Number(n), 'm'),
    ],
    [/(?<![\p{L}\d.,])(\d{1,3})\.?º/gu, (_, n = '') => ordinal(Number(n), 'm')],
    [/(?<![\p{L}\d.,])(\d{1,3})\.?ª/gu, (_, n = '') => ordinal(Number(n), 'f')],
  ],
  parts: PARTS,
  roman,
};
