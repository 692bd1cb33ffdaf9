const names = new Map<string, Intl.DisplayNames>();

/** English name of a BCP-47 language: `pt-BR` → "Brazilian Portuguese". */
export function languageName(tag: string): string {
  return languageNameIn('en', tag);
}

/** Name of a language in another one. @param reader language of the name, BCP-47 @param tag BCP-47 */
export function languageNameIn(reader: string, tag: string): string {
  try {
    const known = names.get(reader) ?? new Intl.DisplayNames(reader, { type: 'language' });
    names.set(reader, known);
    return known.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "4.2 MB"; decimal units, as file managers show them. */
export function sizeInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}

/** "3 s", "2 min 05 s", "1 h 12 min". */
export function timeInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Time code as players show it: "1:05" or "1:02:03"; with tenths when asked. */
export function timeCode(seconds: number, tenths = false): string {
  const safe = Math.max(0, seconds);
  const whole = tenths ? Math.floor(safe) : Math.round(safe);
  const part = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const base = `${hours > 0 ? `${hours}:${part(minutes)}` : minutes}:${part(whole % 60)}`;
  return tenths ? `${base}.${Math.floor((safe % 1) * 10)}` : base;
}

/** "42 %" for 0.42; never 100 % before the end. */
export function percent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

/** A speaker as the pipeline names them, for people: `speaker-2` is Speaker 2; names from subtitles stay. */
export function speakerName(speaker: string): string {
  return speaker.replace(/^speaker-(\d+)$/, 'Speaker $1');
}
