import type { Imported } from '@octavia/pipeline/packs/folder';
import type { PullProgress } from '@octavia/pipeline/packs/progress';
import type { Reply } from '../host/protocol.ts';

/** Progress of the running pull, for all models fetched together. */
export interface PullNews extends PullProgress {
  /** Their ids. */
  readonly models: readonly string[];
  /** Why nothing is moving, if so. */
  readonly trouble: string | undefined;
}

/** A file in a folder from the visitor. */
export interface FolderFile {
  /** Path within the folder. */
  readonly path: string;
  readonly file: File;
}

/** What a page may ask of the packs' worker (packs.worker.ts). It never gets anything but model files. */
export interface PacksWorker {
  /** Fetches the models' missing files. @param hub address of the host that the worker was started for */
  pull(models: readonly string[], hub: string, onNews: (news: PullNews) => void): Promise<Reply<void>>;
  importFiles(files: readonly FolderFile[]): Promise<Reply<Imported>>;
  /** Ids of models that had a damaged file, now deleted. */
  check(models: readonly string[]): Promise<Reply<readonly string[]>>;
  /** Deletes the models' files, including partial ones, except those they share. @returns bytes freed */
  remove(models: readonly string[]): Promise<Reply<number>>;
}
