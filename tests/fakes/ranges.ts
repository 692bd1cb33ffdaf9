/** Answers a GET of bytes with one range, as S3, Bunny Storage and pull zones do. */
export function answerBytes(
  bytes: Uint8Array<ArrayBuffer>,
  range: string | undefined,
  etag: string,
): Response {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!match) {
    return new Response(bytes, { headers: { ETag: etag, 'Content-Length': String(bytes.byteLength) } });
  }
  const start = Number(match[1]);
  const end = match[2] ? Math.min(Number(match[2]), bytes.byteLength - 1) : bytes.byteLength - 1;
  if (start >= bytes.byteLength) {
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${bytes.byteLength}` } });
  }
  const headers = { ETag: etag, 'Content-Range': `bytes ${start}-${end}/${bytes.byteLength}` };
  return new Response(bytes.slice(start, end + 1), { status: 206, headers });
}
