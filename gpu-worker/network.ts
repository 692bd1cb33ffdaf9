import { subscribe, unsubscribe } from 'node:diagnostics_channel';

export interface NetworkCount {
  read(): { requests: number; bytesSent: number };
  close(): void;
}

/**
 * Counts the HTTP requests of this thread, made by fetch or by node:http(s), and the bytes they sent, from Node's own
 * diagnostics. A dub makes none: the report takes this from the count, not from good intentions.
 */
export function countNetwork(): NetworkCount {
  let requests = 0;
  let bytesSent = 0;
  const onRequest = () => void requests++;
  const onChunk = (message: unknown) => void (bytesSent += chunkBytes(message));
  const onFinish = (message: unknown) => void (bytesSent += socketBytes(message));
  const channels = [
    ['undici:request:create', onRequest],
    ['undici:request:bodyChunkSent', onChunk],
    ['http.client.request.start', onRequest],
    ['http.client.response.finish', onFinish],
  ] as const;
  for (const [name, listener] of channels) subscribe(name, listener);
  return {
    read: () => ({ requests, bytesSent }),
    close: () => {
      for (const [name, listener] of channels) unsubscribe(name, listener);
    },
  };
}

function chunkBytes(message: unknown): number {
  const { chunk } = message as { chunk?: string | Uint8Array };
  return chunk === undefined ? 0 : Buffer.byteLength(chunk);
}

/** What went over the socket, headers included, because node:http does not count bodies. Reused sockets count again. */
function socketBytes(message: unknown): number {
  const { request } = message as { request?: { socket?: { bytesWritten?: number } } };
  return request?.socket?.bytesWritten ?? 0;
}
