import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DubEvent, StageName } from '@octavia/pipeline';
import { chooseOutput, pendingText, putInPlace, refuseInput } from '../../gpu-worker/cli/job/outputs.ts';
import { showProgress } from '../../gpu-worker/cli/job/progress.ts';
import type { Terminal } from '../../gpu-worker/cli/call/terminal.ts';
import { language, parseGlossary, voice, wholeNumber } from '../../gpu-worker/cli/call/values.ts';

describe('values', () => {
  it('spells languages as BCP-47 does', () => {
    expect(['es', 'PT-br', 'zh_hans', 'es-419'].map((tag) => language('to', tag))).toEqual([
      'es',
      'pt-BR',
      'zh-Hans',
      'es-419',
    ]);
    for (const tag of ['', 'e', 'spanish language', 'es-', '123']) {
      expect(() => language('to', tag)).toThrow(/--to takes a language tag or name/);
    }
  });

  it('takes whole numbers within bounds only', () => {
    expect(wholeNumber('port', undefined, 9)).toBeUndefined();
    expect(wholeNumber('port', '0', 9)).toBe(0);
    for (const value of ['10', '1.5', '-1', '1e0', ' 1', '']) {
      expect(() => wholeNumber('port', value, 9)).toThrow(/--port/);
    }
  });

  it('reads the voice', () => {
    expect(voice(undefined)).toEqual({ kind: 'match' });
    expect(voice('preset:es+f3')).toEqual({ kind: 'preset', id: 'es+f3' });
    expect(() => voice('preset:')).toThrow(/--voice/);
  });

  it('reads a glossary as JSON or as lines', () => {
    const terms = { 'dry dock': 'dique seco', bow: 'proa' };
    expect(parseGlossary(JSON.stringify(terms))).toEqual(terms);
    expect(parseGlossary('# ships\ndry dock = dique seco\r\n\nbow\tproa\n')).toEqual(terms);
    expect(parseGlossary('dry dock,dique seco\nbow,proa')).toEqual(terms);
    expect(() => parseGlossary('{"bow": 1}')).toThrow(/--glossary/);
    expect(() => parseGlossary('{"bow": ')).toThrow(/--glossary/);
    expect(() => parseGlossary('only one side')).toThrow(/only one side/);
  });
});

describe('outputs', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octavia-out-'));
    await writeFile(join(folder, 'in.mp4'), 'in');
    await writeFile(join(folder, 'old.mp4'), 'old');
    await symlink(join(folder, 'in.mp4'), join(folder, 'link.mp4'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);

  it('go beside the input unless told otherwise', async () => {
    expect(await chooseOutput(path('in.mp4'), undefined, 'in.es.mp4')).toBe(path('in.es.mp4'));
    expect(await chooseOutput(path('in.mp4'), path('new.MP4'), 'in.es.mp4')).toBe(path('new.MP4'));
    expect(await chooseOutput(path('in.mp4'), path('old.mp4'), 'in.es.mp4')).toBe(path('old.mp4'));
  });

  it('never replace what nobody named, nor the input by any name', async () => {
    await expect(chooseOutput(path('in.mp4'), undefined, 'old.mp4')).rejects.toThrow(/already exists/);
    await expect(chooseOutput(path('in.mp4'), path('link.mp4'), 'in.es.mp4')).rejects.toThrow(
      /never overwritten/,
    );
    await expect(refuseInput(path('missing/out.mp4'), [])).rejects.toMatchObject({ code: 'storage.failed' });
  });

  it('get their names once they are whole', async () => {
    const scratch = await mkdtemp(join(folder, '.octavia-'));
    const pending = await pendingText(scratch, path('old.mp4'), 'new');
    expect(await readFile(path('old.mp4'), 'utf8')).toBe('old');
    await putInPlace([pending]);
    expect(await readFile(path('old.mp4'), 'utf8')).toBe('new');
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('progress', () => {
  function terminal(live: boolean): Terminal & { readonly lines: string[] } {
    const lines: string[] = [];
    return {
      lines,
      live,
      width: 60,
      input: process.stdin,
      result: () => undefined,
      say: (line) => void lines.push(line),
      redraw: (text) => void lines.push(text),
      stopped: new AbortController().signal,
      aside: (work) => work(new AbortController().signal),
    };
  }
  const stage = (name: StageName, fraction: number): DubEvent => ({
    type: 'stage',
    stage: name,
    state: 'running',
    fraction,
  });
  const progress = (fraction: number): DubEvent => ({ type: 'progress', fraction, secondsLeft: 90 });

  it('is a line per stage and per tenth where there is no terminal', () => {
    const shown = terminal(false);
    const show = showProgress(shown, false);
    for (const event of [
      stage('vad', 0),
      stage('vad', 0.5),
      progress(0.04),
      progress(0.31),
      progress(0.35),
    ]) {
      show(event);
    }
    expect(shown.lines).toEqual(['Finding speech …', '30 %, about 2 min left']);
  });

  it('is one bar that fits the line on a terminal, and nothing when quiet', () => {
    const shown = terminal(true);
    const show = showProgress(shown, false);
    show(stage('synthesise', 0));
    show(progress(0.5));
    expect(shown.lines).toHaveLength(1);
    expect(shown.lines[0]).toMatch(/^█{12}░{12}  50 %  Speaking/);
    expect(shown.lines[0]?.length).toBeLessThan(60);
    const silent = terminal(true);
    showProgress(silent, true)(progress(0.5));
    expect(silent.lines).toEqual([]);
  });
});
