import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { JobState } from '@octavia/pipeline/job';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import { OctaviaError } from '@octavia/pipeline/errors';
import { deleteJobFiles, keepJobFile } from '$lib/host/files.ts';
import type { DubOrder, DubOutcome } from '$lib/host/protocol.ts';
import { createOpfsScratch, createOpfsStore } from '$lib/host/store.ts';

/** A job as stored; its files are beside it in the origin's private file system. */
export interface JobRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly bytes: number;
  readonly media: MediaInfo | undefined;
  readonly order: DubOrder;
  readonly state: JobState;
  /** Set once a dub was finished; stays while a line of it is dubbed again. */
  readonly result: Pick<DubOutcome, 'outputName' | 'subtitles'> | undefined;
}

/** The jobs stored in the browser, with their files. Errors: `storage.full|failed`. */
export interface JobStore {
  /** All jobs, newest first. */
  read(): Promise<JobRecord[]>;
  write(record: JobRecord): Promise<void>;
  /** Stores a job's file, and reserves space for the result. */
  keepInput(id: string, file: File): Promise<void>;
  /** Deletes a job with its files and its finished work. */
  forget(id: string): Promise<void>;
  /** Bytes of everything stored here. */
  bytesUsed(): Promise<number>;
  /** Holds the job for this tab while `work` runs, so that other tabs know it is running. */
  holding<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Ids of jobs that some tab is working on. */
  atWork(): Promise<ReadonlySet<string>>;
}

interface Schema extends DBSchema {
  jobs: { key: string; value: JobRecord };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('octavia', 1, {
    upgrade: (db) => void db.createObjectStore('jobs', { keyPath: 'id' }),
  }).catch((thrown: unknown) => {
    opened = undefined;
    throw thrown;
  });
  return opened;
}

const lockName = (id: string): string => `octavia.job.${id}`;

export const browserJobs: JobStore = {
  async read() {
    const records = await (await database()).getAll('jobs');
    return records.sort((a, b) => b.createdAt - a.createdAt);
  },
  async write(record) {
    await (await database()).put('jobs', record);
  },
  async keepInput(id, file) {
    await makeRoom(file.size);
    await keepJobFile(id, 'input', file);
  },
  async forget(id) {
    await (await database()).delete('jobs', id);
    await deleteJobFiles(id);
    for (const store of [createOpfsStore(), createOpfsScratch()]) await store.delete(`${id}/`);
  },
  bytesUsed: async () => (await navigator.storage.estimate()).usage ?? 0,
  holding: async (id, work) => navigator.locks.request(lockName(id), work),
  async atWork() {
    const { held = [], pending = [] } = await navigator.locks.query();
    const prefix = lockName('');
    const names = [...held, ...pending].map(({ name }) => name ?? '');
    return new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)));
  },
};

/** The copy, the finished file, and as much again while it is being written. */
const COPIES = 3;

async function makeRoom(bytes: number): Promise<void> {
  await navigator.storage.persist().catch(() => false);
  const { quota, usage = 0 } = await navigator.storage.estimate();
  if (quota !== undefined && quota - usage < bytes * COPIES) throw new OctaviaError('storage.full');
}
