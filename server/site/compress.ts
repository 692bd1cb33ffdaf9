import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { SiteFile } from './files.ts';

type Encoding = 'br' | 'gzip';

/** Larger files are sent uncompressed: they are fetched once, in ranges, and compressing them takes seconds. */
const LARGEST = 4 * 2 ** 20;

const COMPRESSIBLE = /^(?:text\/|application\/(?:javascript|json|wasm|manifest\+json)|image\/svg)/;

const encoders: Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>> = {
  br: async (bytes) =>
    new Uint8Array(
      await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
    ),
  gzip: async (bytes) => new Uint8Array(await promisify(gzip)(bytes)),
};

/** The best encoding that both sides support, or undefined for none. A weight of 0 means "not acceptable". */
export function chooseEncoding(accepted: string | undefined, file: SiteFile): Encoding | undefined {
  if (!COMPRESSIBLE.test(file.type) || file.bytes > LARGEST || file.bytes === 0) return undefined;
  const offers = (accepted ?? '').split(',').map((offer) => offer.trim().toLowerCase());
  const takes = (name: string) =>
    offers.some((offer) => new RegExp(`^${name}\\s*(?:;\\s*q=(?!0(?:\\.0*)?$).*)?$`).test(offer));
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : undefined;
}

/** Compresses each version of a file once and keeps it: the compressible part of the page is a few MB. */
export function createCompressor(): (file: SiteFile, encoding: Encoding) => Promise<Uint8Array<ArrayBuffer>> {
  const kept = new Map<string, { etag: string; bytes: Promise<Uint8Array<ArrayBuffer>> }>();
  return (file, encoding) => {
    const key = `${encoding}:${file.path}`;
    const found = kept.get(key);
    if (found?.etag === file.etag) return found.bytes;
    const bytes = readFile(file.path).then(encoders[encoding]);
    kept.set(key, { etag: file.etag, bytes });
    bytes.catch(() => kept.delete(key));
    return bytes;
  };
}
