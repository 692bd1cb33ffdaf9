import { rm } from 'node:fs/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentDisposition, plainName, safeName } from '../../server/links/disposition.ts';
import { deliveryRoutes } from '../../server/delivery/route.ts';
import { linkToken } from '../../server/links/token.ts';
import { diskStorage, type DiskStorage } from '../../server/storage/disk.ts';
import { bodyOf } from '../../server/storage/storage.ts';
import { testFolder } from '../support/cloud/server.ts';

describe('signed links', () => {
  it("should equal Bunny's documented example", () => {
    expect(linkToken('SecurityKey', '/300kb.jpg', 1598024587)).toBe(
      'HS256-o10JRWlsAItyAsdKS6jJKjabHN4FrFsplDHPV1idcX4',
    );
  });
});

describe('Content-Disposition (case 13)', () => {
  const names = [
    'plain.mp4',
    'a"b\\c.mp4',
    'x\r\nSet-Cookie: a=b\r\n\r\n<html>.mp4',
    '\u202Egnp.4pm',
    'Ünïcödé 視頻.mp4',
    '../../etc/passwd',
    '.htaccess',
    `${'long'.repeat(2_560)}.mp4`,
    '\uD800lone.mp4',
    "it's 100% (final)*.mp4",
    '',
    '💃'.repeat(200),
  ];
  it.each(names)('should be safe for %j', (name) => {
    const header = contentDisposition(name);
    expect(header).toMatch(
      /^attachment; filename="[A-Za-z0-9._ -]+"; filename\*=UTF-8''[A-Za-z0-9.!#$&+^_`|~%-]+$/,
    );
    expect(header.length).toBeLessThan(2_000);
    expect(() => new Headers({ 'Content-Disposition': header })).not.toThrow();
    expect(plainName(name)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/);
    const exact = decodeURIComponent(/UTF-8''(.+)$/.exec(header)?.[1] ?? '');
    expect(exact).toBe(safeName(name));
    expect(exact).not.toMatch(/[\p{Cc}\p{Cf}/\\"]/u);
    expect([...exact].length).toBeLessThanOrEqual(120);
    expect(exact).not.toMatch(/^\./);
  });
  it('should keep what is harmless', () => {
    expect(safeName('Ünïcödé 視頻.mp4')).toBe('Ünïcödé 視頻.mp4');
    expect(safeName(`${'a'.repeat(500)}.mp4`)).toBe(`${'a'.repeat(116)}.mp4`);
  });
});

const bytes = crypto.getRandomValues(new Uint8Array(1_000));
const key = new Uint8Array(32).fill(1);
const app = new Hono();
let folder: string;
let storage: DiskStorage;
let link: string;

const signed = (path: string, contentType = 'video/mp4', seconds = 60, filename = 'dub.mp4') =>
  storage.link(path, { expires: new Date(Date.now() + seconds * 1000), filename, contentType, origin: '' });
const get = async (headers: Record<string, string> = {}, url = link) => {
  const response = await app.request(url, { headers });
  const body = new Uint8Array(await response.arrayBuffer());
  const range = response.headers.get('content-range');
  return { status: response.status, body, headers: response.headers, range };
};

beforeAll(async () => {
  folder = await testFolder();
  storage = diskStorage({ folder, key });
  app.route('/', deliveryRoutes(storage, key));
  await storage.put('results/u/j/1/dub.mp4', bodyOf(bytes), { contentType: 'video/mp4' });
  await storage.put('results/u/j/1/empty', bodyOf(new Uint8Array()), { contentType: 'video/mp4' });
  link = await signed('results/u/j/1/dub.mp4');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ranges of a delivered file', () => {
  it.each([
    ['first bytes', 'bytes=0-9', 0, 10],
    ['middle', 'bytes=500-599', 500, 600],
    ['to the end', 'bytes=990-', 990, 1000],
    ['past the end', 'bytes=990-5000', 990, 1000],
    ['last byte', 'bytes=999-999', 999, 1000],
    ['suffix', 'bytes=-10', 990, 1000],
    ['suffix longer than the file', 'bytes=-5000', 0, 1000],
  ])('should answer a range with exactly its bytes: %s', async (_name, range, start, end) => {
    const answer = await get({ Range: range });
    expect([answer.status, answer.range]).toEqual([206, `bytes ${start}-${end - 1}/1000`]);
    expect(answer.headers.get('content-length')).toBe(String(end - start));
    expect(answer.body).toEqual(bytes.slice(start, end));
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('should 416 %s', async (range) => {
    const answer = await get({ Range: range });
    expect([answer.status, answer.range, answer.body.byteLength]).toEqual([416, 'bytes */1000', 0]);
  });

  it.each(['bytes=9-0', 'bytes=a-b', 'bytes=', 'bytes=-', 'items=0-9', 'bytes=0-1,3-4', '0-9'])(
    'should ignore the malformed or multiple range %s',
    async (range) => {
      const answer = await get({ Range: range });
      expect([answer.status, answer.body.byteLength]).toEqual([200, 1000]);
    },
  );
});

describe('the delivery route (cases 29 and 30)', () => {
  it('should obey If-Range and If-None-Match', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    expect((await get({ Range: 'bytes=0-9', 'If-Range': etag })).status).toBe(206);
    for (const stale of ['"old"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      const answer = await get({ Range: 'bytes=0-9', 'If-Range': stale });
      expect([answer.status, answer.body.byteLength], stale).toEqual([200, 1000]);
    }
    expect((await get({ 'If-None-Match': etag })).status).toBe(304);
    expect((await get({ 'If-None-Match': '"old"' })).status).toBe(200);
  });

  it('should answer HEAD with the same headers and no body', async () => {
    const head = await app.request(link, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('1000');
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    expect((await head.arrayBuffer()).byteLength).toBe(0);
  });

  it('should deliver an empty file', async () => {
    const answer = await get({}, await signed('results/u/j/1/empty'));
    expect([answer.status, answer.body.byteLength]).toEqual([200, 0]);
  });

  it('should 403 a link that has expired or was changed in any way (case 29)', async () => {
    const changed = [
      await signed('results/u/j/1/dub.mp4', 'video/mp4', -1),
      link.replace('/j/1/', '/j/2/'),
      link.replace('dub.mp4?', 'DUB.mp4?'),
      `${link}&x=1`,
      `${link}&expires=9999999999`,
      link.replace(/expires=\d+/, 'expires=9999999999'),
      link.replace('video%2Fmp4', 'text%2Fhtml'),
      link.replace('name=dub', 'name=evil'),
      link.replace(/token=[^&]+/, 'token='),
      link.replace(/&expires=\d+/, ''),
      link.split('?')[0] ?? '',
    ];
    for (const url of changed) {
      expect(url).not.toBe(link);
      expect((await get({}, url)).status, url).toBe(403);
    }
    expect((await get()).status).toBe(200);
  });

  it('should never let a browser take a file for a page', async () => {
    const answer = await get({}, await signed('results/u/j/1/dub.mp4', 'text/html', 60, 'x"\r\n.html'));
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await get()).headers.get('content-disposition')).toMatch(/^inline; /);
  });
});
