/** What this worker or page sent over the network, as far as scripts can cause it. */
export interface NetworkCount {
  readonly requests: number;
  /** Bytes of request bodies and of messages sent. */
  readonly bytesSent: number;
}

const CHANNEL = 'octavia.network';

/**
 * Counts requests from now on by wrapping every way scripts can send: fetch, XMLHttpRequest, WebSocket and sendBeacon.
 * Workers that call this tell the others of the same origin, so that the pipeline's report covers the engines' workers
 * too.
 * @param scope the global object of the page or worker
 */
export function countNetwork(scope: typeof globalThis): () => NetworkCount {
  const total = { requests: 0, bytesSent: 0 };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<{ bytes: number }>) => add(data.bytes);
  const add = (bytes: number): void => {
    total.requests += 1;
    total.bytesSent += bytes;
  };
  const count = (bytes: number): void => {
    add(bytes);
    channel.postMessage({ bytes });
  };
  countFetch(scope, count);
  const { XMLHttpRequest, WebSocket, Navigator } = scope as Partial<typeof globalThis>;
  countSend(XMLHttpRequest?.prototype, 'send', count);
  countSend(WebSocket?.prototype, 'send', count);
  countSend(Navigator?.prototype, 'sendBeacon', count);
  return () => ({ ...total });
}

/**
 * Reports how much arrives through this worker's fetch, piece by piece, in bytes. Modules and other workers' fetches do
 * not count.
 * @param scope the global object of the worker
 */
export function countReceived(scope: typeof globalThis, onBytes: (bytes: number) => void): void {
  const fetch = scope.fetch.bind(scope);
  const counter = () =>
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, stream) {
        onBytes(piece.length);
        stream.enqueue(piece);
      },
    });
  scope.fetch = async (input, init) => {
    const response = await fetch(input, init);
    return response.body === null ? response : new Response(response.body.pipeThrough(counter()), response);
  };
}

function countFetch(scope: typeof globalThis, count: (bytes: number) => void): void {
  const fetch = scope.fetch.bind(scope);
  scope.fetch = (input, init) => {
    const local = /^(blob|data):/.test(input instanceof Request ? input.url : String(input));
    if (!local) count(bodySize(init?.body) + (input instanceof Request && input.body !== null ? 1 : 0));
    return fetch(input, init);
  };
}

/** Wraps a method that sends its first argument, or its second after an address. */
function countSend(owner: object | undefined, name: string, count: (bytes: number) => void): void {
  if (owner === undefined || !(name in owner)) return;
  const send = Reflect.get(owner, name) as (...sent: unknown[]) => unknown;
  const counted = function (this: unknown, ...sent: unknown[]): unknown {
    count(bodySize(sent.at(-1)));
    return Reflect.apply(send, this, sent);
  };
  Reflect.set(owner, name, counted);
}

/** Size of a body in bytes; 1 if the size cannot be known, so that it never counts as nothing. */
function bodySize(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body === 'string') return new TextEncoder().encode(body).length;
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof URLSearchParams) return new TextEncoder().encode(body.toString()).length;
  return 1;
}
