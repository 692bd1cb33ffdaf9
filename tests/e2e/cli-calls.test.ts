import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelFilePath, pinnedFile } from '@octavia/pipeline/catalogue';
import { starter } from '../support/models/starter.ts';
import { ffmpeg, octavia } from '../support/cli/octavia.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavia-cli-'));
const root = join(import.meta.dirname, '../..');
const lavfi = (input: string) => ['-f', 'lavfi', '-i', input];
const make = (name: string, ...args: string[]) =>
  ffmpeg('ffmpeg', '-v', 'error', '-y', ...args, join(folder, name));

beforeAll(() => {
  writeFileSync(join(folder, 'empty.mp4'), '');
  writeFileSync(join(folder, 'text.mp4'), 'This is no video at all.\n'.repeat(200));
  const picture = lavfi('testsrc2=s=160x120:r=10:d=4');
  make('mute.mp4', ...picture);
  make('silence.mp4', ...picture, ...lavfi('anullsrc=r=16000:cl=mono:d=4'), '-c:a', 'aac');
  const chord = "aevalsrc='0.2*sin(2*PI*220*t)+0.2*sin(2*PI*277*t)+0.2*sin(2*PI*330*t)':s=16000:d=4";
  make('music.mp4', ...picture, ...lavfi(chord), '-c:a', 'aac');
  make('blink.wav', ...lavfi('sine=d=0.005'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a wrong call', () => {
  it.each<[string, string[], RegExp]>([
    ['no command', [], /No command/],
    ['an unknown command', ['dubb'], /no command "dubb"/],
    ['no input', ['dub', '--to', 'es'], /INPUT is missing/],
    ['no language', ['dub', 'a.mp4'], /--to is missing/],
    ['a second input', ['dub', 'a.mp4', 'b.mp4', '--to', 'es'], /"b\.mp4" is one argument too many/],
    ['an unknown flag', ['dub', 'a.mp4', '--to', 'es', '--fast'], /--fast/],
    ['a flag twice', ['dub', 'a.mp4', '--to', 'es', '--to', 'fr'], /only once/],
    ['a flag without its value', ['dub', 'a.mp4', '--to'], /--to/],
    ['a switch with a value', ['dub', 'a.mp4', '--to', 'es', '--resume=yes'], /--resume/],
    ['no language tag', ['dub', 'a.mp4', '--to', 'e!'], /language tag/],
    ['an unknown pack', ['dub', 'a.mp4', '--to', 'es', '--pack', 'huge'], /--pack must be one of/],
    ['an unknown voice', ['dub', 'a.mp4', '--to', 'es', '--voice', 'bob'], /preset:ID/],
    ['a track that is no number', ['dub', 'a.mp4', '--to', 'es', '--audio-track', '-1'], /audio-track/],
    ['quiet and json', ['dub', 'a.mp4', '--to', 'es', '--quiet', '--json'], /cannot be used together/],
    [
      'subtitles of no known kind',
      ['dub', 'a.mp4', '--to', 'es', '--subtitles-out', 'a.txt'],
      /\.srt or \.vtt/,
    ],
    [
      'a language without subtitles',
      ['dub', 'a.mp4', '--to', 'es', '--subtitles-language', 'es'],
      /--subtitles/,
    ],
    ['an unknown action', ['models', 'delete'], /ACTION must be one of/],
    ['a port out of range', ['serve', '--port', '70000'], /--port/],
    ['an unknown measure', ['bench', 'nonsense'], /nonsense/],
    ['no language to translate into', ['translate'], /--to is missing/],
  ])('is refused: %s', async (_, args, message) => {
    const { code, stdout, stderr } = await octavia(args, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toMatch(message);
    expect(stderr).toMatch(/^octavia: .* \[call\.invalid\]$/m);
    expect(stderr).toContain('Usage: octavia');
  });

  it.each(['dub', 'transcribe', 'translate', 'models', 'doctor', 'bench', 'serve'])(
    'is helped by %s --help',
    async (name) => {
      const { code, stdout, stderr } = await octavia([name, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: octavia ${name}`);
    },
  );
});

describe('an input that cannot be used', () => {
  const es = ['--to', 'es', '--from', 'en'];
  it.each<[string, string, number, string]>([
    ['nowhere.mp4', 'is not there', 3, 'input.missing'],
    ['.', 'is a folder', 3, 'input.missing'],
    ['empty.mp4', 'has no bytes', 3, 'input.empty'],
    ['text.mp4', 'is text', 3, 'input.not_media'],
    ['mute.mp4', 'has no sound', 3, 'input.no_audio'],
    ['blink.wav', 'is 5 ms long', 3, 'input.too_short'],
    ['silence.mp4', 'is silent', 3, 'input.no_speech'],
    ['music.mp4', 'is only music', 3, 'input.no_speech'],
  ])('%s %s', async (file, _, code, error) => {
    const before = readdirSync(folder);
    const called = await octavia(['transcribe', file, '--from', 'en'], { cwd: folder });
    expect(called).toMatchObject({ code, stdout: '' });
    expect(called.stderr).toContain(`[${error}]`);
    const dubbed = await octavia(['dub', file, ...es], { cwd: folder });
    expect(dubbed.code).toBe(code);
    expect(dubbed.stdout).toBe('');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('is refused for a language nobody here speaks', async () => {
    const { code, stderr } = await octavia(['dub', 'music.mp4', '--to', 'tlh'], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('[language.unsupported]') as string,
    });
  });

  it('is refused for an audio track it does not have', async () => {
    const args = ['transcribe', 'music.mp4', '--from', 'en', '--audio-track', '3'];
    const { code, stderr } = await octavia(args, { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('[input.audio_track]') as string,
    });
  });

  it.each([
    ['over the input', 'music.mp4', /never overwritten/],
    ['in a container that Octavia does not write', 'out.avi', /must end in \.mp4, \.mov/],
    ['in a container that holds no picture', 'out.mp3', /cannot hold a picture/],
    ['under a name that no file system takes', `${'n'.repeat(252)}.mp4`, /too long/],
    ['onto a folder', '.', /folder|\.mp4/],
  ])('is never written %s', async (_, out, message) => {
    const before = readFileSync(join(folder, 'music.mp4'));
    const { code, stderr } = await octavia(['dub', 'music.mp4', '--to', 'es', '--out', out], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(readFileSync(join(folder, 'music.mp4'))).toEqual(before);
  });

  it('is not dubbed over a file that happens to have the usual name', async () => {
    const path = join(folder, 'music.es.mp4');
    writeFileSync(path, 'mine');
    const { code, stderr } = await octavia(['dub', 'music.mp4', '--to', 'es'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('--out');
    expect(readFileSync(path, 'utf8')).toBe('mine');
    rmSync(path);
  });
});

describe('models', () => {
  it('lists what is there as JSON and as a table', async () => {
    const { code, stdout } = await octavia(['models', 'list', '--json']);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { id: string; installed: boolean; bytes: number; licence: string }[];
    const vad = rows.find(({ id }) => id === 'silero-vad');
    expect(vad).toMatchObject({ installed: true, licence: 'MIT', stage: 'vad', packs: ['starter'] });
    expect(vad?.bytes).toBeGreaterThan(1e6);
    const table = await octavia(['models', 'list']);
    expect(table.stdout.trim().split('\n')).toHaveLength(rows.length);
  });

  it('verifies every file, and says which is damaged or missing', async () => {
    expect((await octavia(['models', 'verify'])).code).toBe(0);
    const copy = join(folder, 'models');
    cpSync(join(root, 'static/models'), copy, { recursive: true });
    const pathOf = (id: string, file: string) =>
      join(copy, modelFilePath(starter(id), pinnedFile(starter(id), file)));
    const path = pathOf('silero-vad', 'silero_vad_v5.onnx');
    const bytes = readFileSync(path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    rmSync(pathOf('sonic', 'sonic.wasm'));
    const env = { OCTAVIA_MODELS: copy };
    const verified = await octavia(['models', 'verify', '--json'], { env });
    expect(verified.code).toBe(4);
    const states = JSON.parse(verified.stdout) as { model: string; state: string }[];
    expect(states.filter(({ state }) => state !== 'ok').map(({ model, state }) => [model, state])).toEqual([
      ['silero-vad', 'damaged'],
      ['sonic', 'missing'],
    ]);
    const doctor = await octavia(['doctor', '--json'], { env });
    expect(doctor.code).toBe(4);
    expect(doctor.stderr).toContain('[model.damaged]');
    // A job refuses the damaged model rather than run it.
    const job = await octavia(['transcribe', 'music.mp4', '--from', 'en'], { cwd: folder, env });
    expect(job.code).toBe(4);
    expect(job.stderr).toContain('[model.damaged]');
  });
});

describe('doctor', () => {
  it('finds this machine well', async () => {
    const { code, stdout } = await octavia(['doctor', '--json']);
    const checks = JSON.parse(stdout) as { name: string; state: string }[];
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(code).toBe(0);
    const names = checks.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['node', 'ffmpeg', 'ffprobe', 'devices', 'memory', 'disk']));
    expect(names).toContain('model silero-vad');
  });

  it('says that ffmpeg is missing', async () => {
    const { code, stdout, stderr } = await octavia(['doctor'], { env: { PATH: folder } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL +ffmpeg/);
    expect(stderr).toContain('[media.failed]');
  });
});
