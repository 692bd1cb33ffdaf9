import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDiskMedia, openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { runProgram } from '../../gpu-worker/ffmpeg/run.ts';
import { sandbox } from '../../gpu-worker/ffmpeg/sandbox.ts';
import { makeMediaFixtures, MEDIA_FIXTURES } from '../fixtures/media.ts';
import { decoded } from '../support/sound/decoded.ts';

const never = new AbortController().signal;
const clip = join(MEDIA_FIXTURES, 'clip.mp4');
let folder = '';

beforeAll(async () => {
  await makeMediaFixtures();
  folder = await mkdtemp(join(tmpdir(), 'octavia-bounds-'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

const media = () => createDiskMedia(join(folder, 'scratch'));
const probed = async (path: string) => media().probe(await openDiskFile(path), never);

describe('ffmpeg that hangs (case 12) (F2)', () => {
  /** A pipe for ffmpeg to read from: without a writer it waits for ever. */
  function fifo(name: string): string {
    execFileSync('mkfifo', [join(folder, name)]);
    return join(folder, name);
  }
  /** The processes that have the path among their arguments. */
  function running(path: string): number[] {
    const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.includes(path)).map((line) => Number.parseInt(line));
  }
  const copying = (path: string) => ({
    program: 'ffmpeg' as const,
    args: ['-v', 'warning', '-f', 'f32le', '-ar', '8000', '-i', `file:${path}`, '-f', 'f32le', 'pipe:1'],
    reach: { read: [path], fileBytes: 0 },
  });

  it('is ended, run once more, and then it is the file that is at fault', async () => {
    vi.stubEnv('OCTAVIA_FFMPEG_STALL_SECONDS', '0.5');
    const path = fifo('silent');
    await expect(runProgram(copying(path), never)).rejects.toMatchObject({ code: 'input.stuck' });
    expect(running(path)).toEqual([]);
  });

  it('that hangs once gives every byte once', async () => {
    vi.stubEnv('OCTAVIA_FFMPEG_STALL_SECONDS', '2');
    const path = join(folder, 'samples.f32');
    const samples = Float32Array.from({ length: 2_000_000 }, (_, at) => Math.sin(at / 20) / 2);
    const bytes = Buffer.from(samples.buffer);
    await writeFile(path, bytes);
    const got: Uint8Array[] = [];
    const onBytes = (piece: Uint8Array) => {
      if (got.length === 0) for (const pid of running(path)) process.kill(pid, 'SIGSTOP');
      got.push(piece.slice());
      return Promise.resolve();
    };
    expect(await runProgram({ ...copying(path), onBytes }, never)).toMatchObject({ ok: true });
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });

  it('that goes on for too long is ended too', async () => {
    vi.stubEnv('OCTAVIA_FFMPEG_HOURS', String(1 / 3600));
    const args = ['-v', 'warning', '-f', 'lavfi', '-re', '-i', 'anullsrc', '-f', 'f32le', 'pipe:1'];
    const endless = { program: 'ffmpeg' as const, args, reach: { read: [], fileBytes: 0 } };
    await expect(runProgram(endless, never)).rejects.toMatchObject({ code: 'input.too_large' });
  });
});

describe('a file that asks for too much (case 11) (F1)', () => {
  it.each([
    ['OCTAVIA_MEDIA_HOURS', String(2 / 3600), /It lasts/],
    ['OCTAVIA_MEDIA_MEGAPIXELS', '0.01', /160.120/],
    ['OCTAVIA_MEDIA_STREAMS', '1', /It has 2 streams/],
  ])('%s is a limit', async (name, value, said) => {
    vi.stubEnv(name, value);
    const error = await probed(clip).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'input.too_large' });
    expect(String(error)).toMatch(said);
  });

  it('is decoded no further than the limit', async () => {
    vi.stubEnv('OCTAVIA_MEDIA_DECODED_GIB', String(200_000 / 2 ** 30));
    const decode = decoded(media(), await openDiskFile(clip), { track: 0 }, never);
    await expect(decode).rejects.toMatchObject({ code: 'input.too_large' });
  });

  it('has its length counted when it promises more than its bytes can hold (F10)', async () => {
    const matroska = await readFile(join(MEDIA_FIXTURES, 'full.mkv'));
    // Matroska's Duration: id 4489, 8 bytes, a double in milliseconds.
    const at = matroska.indexOf(Buffer.from([0x44, 0x89, 0x88]));
    matroska.writeDoubleBE(1e15, at + 3);
    const path = join(folder, 'forever.mkv');
    await writeFile(path, matroska);
    expect((await probed(path)).seconds).toBeCloseTo(3, 0);
  });

  it('is refused when its packets claim to be that far apart (F10)', async () => {
    const path = join(folder, 'late.mkv');
    const late = ['-itsoffset', '60000', '-i', clip, '-map', '0:v', '-map', '1:a', '-c', 'copy'];
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', '-i', clip, ...late, path]);
    await expect(probed(path)).rejects.toMatchObject({ code: 'input.too_large' });
  });
});

describe.runIf(process.platform === 'linux')('what ffmpeg may do (F12)', () => {
  async function inside(script: string): Promise<string> {
    const reach = { read: [clip], write: folder, fileBytes: 1024 };
    const [program = '', ...args] = (await sandbox()).wrap(['bash', '-c', script], reach, 2 ** 30);
    return promisify(execFile)(program, args).then(
      ({ stdout }) => stdout.trim(),
      ({ stdout }: { stdout: string }) => `refused ${stdout}`.trim(),
    );
  }

  it('has limits on memory, file size and processes', async () => {
    expect(await inside('ulimit -v; ulimit -f; ulimit -u')).toBe(`${2 ** 20}\n1\n4096`);
    expect(await inside(`head -c 4096 /dev/zero > ${folder}/big`)).toMatch(/^refused/);
  });

  it('has no network', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await inside(`exec 3<>/dev/tcp/127.0.0.1/${port} && echo open`)).toBe('refused');
    server.close();
  });

  it('reads its input and little else, and changes nothing of it', async ({ skip }) => {
    skip((await sandbox()).name !== 'bubblewrap');
    expect(await inside(`head -c 8 ${clip} | tail -c 4`)).toBe('ftyp');
    expect(await inside(`cat ${join(MEDIA_FIXTURES, 'clip.webm')}`)).toBe('refused');
    expect(await inside('cat /etc/passwd')).toBe('refused');
    expect(await inside(`echo x >> ${clip}`)).toBe('refused');
  });
});
