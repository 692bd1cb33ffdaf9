import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { JobWish } from './wish.ts';

/** An upload with consent, as it is kept until its job has started. */
export interface UploadRecord {
  /** The server's name for it. */
  readonly id: string;
  readonly filename: string;
  readonly bytes: number;
  /** Identifies the content (pipeline/media/fingerprint.ts), for when the user has to pick the file again. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly wish: JobWish;
  /** The tus resource, once there is one. */
  readonly url: string | undefined;
  /** The user has stopped it for now. */
  readonly paused: boolean;
  /** Opens the file again after a reload, in browsers that have such handles. */
  readonly handle: FileSystemFileHandle | undefined;
  /** The job on this device that is handed over; its file is the one to upload. */
  readonly fromJob: string | undefined;
}

interface Schema extends DBSchema {
  uploads: { key: string; value: UploadRecord };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('octavia-cloud', 1, {
    upgrade: (db) => void db.createObjectStore('uploads', { keyPath: 'id' }),
  }).catch((thrown: unknown) => {
    opened = undefined;
    throw thrown;
  });
  return opened;
}

/** Where uploads are kept until their jobs have started. */
export interface UploadStore {
  read(): Promise<UploadRecord[]>;
  write(record: UploadRecord): Promise<void>;
  forget(id: string): Promise<void>;
}

export const browserUploads: UploadStore = {
  read: async () => (await database()).getAll('uploads'),
  async write(record) {
    await (await database()).put('uploads', record);
  },
  async forget(id) {
    await (await database()).delete('uploads', id);
  },
};
