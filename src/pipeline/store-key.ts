import { OctaviaError } from './errors.ts';

/** A key of the Store port: segments of [A-Za-z0-9._-] joined by '/', none of them `.` or `..`. */
const KEY = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/** @returns the key's segments. Errors: `storage.key`. */
export function storeKeySegments(key: string): string[] {
  const segments = key.split('/');
  if (KEY.test(key) && !segments.some((name) => name === '.' || name === '..')) return segments;
  throw new OctaviaError('storage.key', `"${key}" is not a valid key.`);
}

/** Checks a prefix, which may be empty, end within a segment, or end after a slash. Errors: `storage.key`. */
export function checkStorePrefix(prefix: string): void {
  if (prefix !== '') storeKeySegments(`${prefix}x`);
}
