import type { Imported } from '@octavia/pipeline/packs/folder';
import type { PullProgress } from '@octavia/pipeline/packs/progress';
import type { Reply } from '../host/protocol.ts';

/** How far the running pull is, for all models that are fetched together. */
export interface PullNews extends PullProgress {
  /** Their ids. */
  readonly models: readonly string[];
  /** Why nothing moves just now, where that is so. */
  readonly trouble: string | undefined;
}

/** A file of a folder that the visitor gave. */
export interface FolderFile {
  /** Path within the folder. */
  readonly path: string;
  readonly file: File;
}

/** What a page may ask of the packs' worker (packs.worker.ts). It is never given anything but model files. */
export interface PacksWorker {
  /**
   * Fetches the models' files that are not here yet.
   * @param hub address of the host, the one that the worker was started for
   */
  pull(models: readonly string[], hub: string, onNews: (news: PullNews) => void): Promise<Reply<void>>;
  importFiles(files: readonly FolderFile[]): Promise<Reply<Imported>>;
  /** Ids of models that had a damaged file, which is gone now. */
  check(models: readonly string[]): Promise<Reply<readonly string[]>>;
  /** Deletes the models' files, also half-fetched ones, but for those they share. @returns bytes made free */
  remove(models: readonly string[]): Promise<Reply<number>>;
}
