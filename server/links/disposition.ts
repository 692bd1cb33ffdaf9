/**
 * A Content-Disposition that is safe whatever the file is called (RFC 6266 with RFC 8187): the plain name
 * keeps letters, digits and a few marks; the exact name, without control and direction-changing characters,
 * follows percent-encoded in UTF-8.
 */
export function contentDisposition(filename: string, kind: 'attachment' | 'inline' = 'attachment'): string {
  const clean = safeName(filename);
  const plain = clean.replace(FOREIGN, '_');
  const exact = encodeURIComponent(clean).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}

const FOREIGN = /[^A-Za-z0-9._ -]/g;

/** A file name that reads the same in a header, an address and a signature: [A-Za-z0-9._-]. */
export function plainName(filename: string): string {
  return safeName(filename).replace(FOREIGN, '_').replaceAll(' ', '_');
}

/** Unicode's control (Cc), format (Cf: direction marks), surrogate, private and separator characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A file name without path, hidden characters or excess length (120 characters, its extension kept). */
export function safeName(filename: string): string {
  const base = filename
    .toWellFormed()
    .replace(HIDDEN, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim();
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 && base.length - dot <= 12 ? base.slice(dot) : '';
  const stem = base.slice(0, base.length - extension.length);
  const short = [...stem]
    .slice(0, 120 - extension.length)
    .join('')
    .replace(/^\.+/, '');
  return `${short || 'video'}${extension}`;
}
