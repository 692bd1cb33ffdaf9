const WESTERN = 'en fr de es pt it nl da sv no fi is ca eu ms tl';
const CENTRAL = 'pl cs sk hu ro hr sl sq';
/**
 * Encodings that subtitle files were written in before UTF-8 (labels of the WHATWG standard, and two of DOS), and the
 * languages that each was made for, as the language detector names them. The first of equals wins.
 */
export const ENCODINGS: readonly (readonly [label: string, languages: readonly string[]])[] = (
  [
    ['windows-1252', WESTERN],
    ['iso-8859-15', WESTERN],
    ['windows-1250', CENTRAL],
    ['iso-8859-2', CENTRAL],
    ['windows-1251', 'ru uk bg be sr'],
    ['koi8-r', 'ru bg'],
    ['koi8-u', 'uk be'],
    ['ibm866', 'ru be'],
    ['iso-8859-5', 'ru uk bg be sr'],
    ['x-mac-cyrillic', 'ru uk bg be sr'],
    ['windows-1253', 'el'],
    ['iso-8859-7', 'el'],
    ['windows-1254', 'tr az ku'],
    ['windows-1255', 'he'],
    ['windows-1256', 'ar fa ur'],
    ['iso-8859-6', 'ar'],
    ['windows-1257', 'lt lv et'],
    ['windows-1258', 'vi'],
    ['windows-874', 'th'],
    ['gb18030', 'zh'],
    ['big5', 'zh'],
    ['shift_jis', 'ja'],
    ['euc-jp', 'ja'],
    ['euc-kr', 'ko'],
    ['macintosh', WESTERN],
    ['ibm850', WESTERN],
    ['ibm852', CENTRAL],
  ] as const
).map(([label, languages]) => [label, languages.split(' ')]);
