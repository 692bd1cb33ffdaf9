import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recording of speech, and what is said in it. */
export interface Recording {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** Where it is from and under which licence. */
  readonly source: string;
}

const COLUMNS = ['file', 'text', 'source'];

/**
 * The recordings of a folder, as its `transcripts.tsv` lists them: a first line with the columns' names `file`, `text`
 * and `source`, separated by tabs, then a line for each; `source` says where it is from and its licence.
 * @throws Error where the list is missing, lacks a column, or names a file that is not there
 */
export function recordingsIn(folder: string): Recording[] {
  const list = join(folder, 'transcripts.tsv');
  if (!existsSync(list))
    throw new Error(`${list} is missing: it lists the recordings and what is said in them.`);
  const [head = [], ...rows] = readFileSync(list, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'));
  const [file, text, source] = COLUMNS.map((name) => {
    const at = head.indexOf(name);
    if (at < 0) throw new Error(`${list} has no column "${name}".`);
    return at;
  });
  return rows.map((row) => {
    const of = (at: number | undefined): string => row[at ?? -1]?.trim() ?? '';
    const path = join(folder, of(file));
    if (!existsSync(path)) throw new Error(`${list} names ${of(file)}, which is not there.`);
    return { name: of(file), path, text: of(text), source: of(source) };
  });
}
