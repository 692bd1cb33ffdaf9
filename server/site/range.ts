/** What a Range header asks for: the whole representation, one part, or a part that does not exist. */
export type RangeWish =
  | { readonly kind: 'all' }
  /** First and last byte, inclusive. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

const ALL: RangeWish = { kind: 'all' };

/**
 * RFC 9110 §14.2: "A server MAY ignore the Range header field"; we ignore several ranges at once, other units and
 * malformed headers ("An invalid ranges-specifier … the recipient … ignore").
 * @param size bytes of the representation
 */
export function parseRange(header: string | undefined, size: number): RangeWish {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  if (match === null) return ALL;
  const [, from = '', to = ''] = match;
  if (from === '') return to === '' ? ALL : suffix(Number(to), size);
  const first = Number(from);
  // "An int-range is invalid if the last-pos value is present and less than first-pos."
  if (to !== '' && Number(to) < first) return ALL;
  if (first >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

/** "If the selected representation is shorter than the specified suffix-length, the entire … is used." */
function suffix(length: number, size: number): RangeWish {
  if (length === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', first: Math.max(0, size - length), last: size - 1 };
}

/**
 * RFC 9110 §13.1.5: a Range counts only while If-Range matches; an entity tag "using the strong comparison", a
 * date only when it is exactly the Last-Modified sent.
 */
export function ifRangeHolds(header: string | undefined, etag: string, lastModified: string): boolean {
  return header === undefined || header === etag || header === lastModified;
}

/**
 * RFC 9110 §13.2.2: whether the client's copy is still good. If-None-Match uses the weak comparison and takes
 * precedence over If-Modified-Since.
 */
export function notModified(
  ifNoneMatch: string | undefined,
  ifModifiedSince: string | undefined,
  etag: string,
  lastModified: string,
): boolean {
  if (ifNoneMatch !== undefined) {
    const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return tags.includes('*') || tags.includes(etag);
  }
  return ifModifiedSince !== undefined && Date.parse(ifModifiedSince) >= Date.parse(lastModified);
}
