import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { JobState } from '@octavia/pipeline/job';
import type { MediaInfo } from '@octavia/pipeline/media-types';
import type { DubOrder, DubOutcome } from '$lib/host/protocol.ts';

/** A job as it is kept; its files lie beside it in the origin's private file system. */
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

/** All jobs, newest first. */
export async function readJobs(): Promise<JobRecord[]> {
  const records = await (await database()).getAll('jobs');
  return records.sort((a, b) => b.createdAt - a.createdAt);
}

export async function writeJob(record: JobRecord): Promise<void> {
  await (await database()).put('jobs', record);
}

export async function forgetJob(id: string): Promise<void> {
  await (await database()).delete('jobs', id);
}

const lockName = (id: string): string => `octavia.job.${id}`;

/** Holds the job for this tab while `work` runs, so that other tabs know that it is alive. */
export async function holding<T>(id: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(lockName(id), work);
}

/** Ids of jobs that some tab is working on now. */
export async function jobsAtWork(): Promise<Set<string>> {
  const { held = [], pending = [] } = await navigator.locks.query();
  const prefix = lockName('');
  const names = [...held, ...pending].map(({ name }) => name ?? '');
  return new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)));
}
