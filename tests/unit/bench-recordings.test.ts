import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recordingsIn } from '../bench/quality/recordings.ts';
import { SENTENCES } from '../bench/quality/sentences.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-recordings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const list = (text: string) => writeFileSync(join(folder, 'transcripts.tsv'), text);

it('recordings are listed with what is said and their licence, in any order of columns', () => {
  expect(() => recordingsIn(folder)).toThrow(/transcripts\.tsv is missing/);
  list('file\ttext\n');
  expect(() => recordingsIn(folder)).toThrow(/no column "source"/);
  list('source\tfile\ttext\r\nby me, public domain\ta.wav\tgood morning\r\n');
  expect(() => recordingsIn(folder)).toThrow(/names a\.wav, which is not there/);
  writeFileSync(join(folder, 'a.wav'), '');
  expect(recordingsIn(folder)).toEqual([
    { name: 'a.wav', path: join(folder, 'a.wav'), text: 'good morning', source: 'by me, public domain' },
  ]);
});

it('there are as many sentences in each language', () => {
  for (const sentences of Object.values(SENTENCES)) expect(new Set(sentences).size).toBe(20);
});
