import { DefaultSerializer, Deserializer } from 'node:v8';
import type { Duplex, Readable } from 'node:stream';
import type { Endpoint } from 'comlink';

/** What may be sent besides plain data. A view's index here is its name in the message. */
const VIEWS = [
  Uint8Array,
  Float32Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Float64Array,
  Uint16Array,
  Uint32Array,
  Int8Array,
] as const;

type View = InstanceType<(typeof VIEWS)[number]>;

/** Bytes of a frame's header: the number of views and the length of the message. */
const PREFIX = 8;

/** A message without its views, which are sent as raw bytes: only the pipe copies a model's gigabyte. */
class MessageWriter extends DefaultSerializer {
  readonly views: View[] = [];

  /** Node calls this method, by this name, for every view. */
  _writeHostObject(view: View): void {
    const kind = VIEWS.findIndex((View) => view instanceof View);
    if (kind < 0) throw new TypeError('only sound, tensors and bytes can be sent between processes');
    this.writeUint32(kind);
    this.writeUint32(this.views.push(view) - 1);
  }
}

class MessageReader extends Deserializer {
  readonly #views: readonly Uint8Array<ArrayBuffer>[];

  constructor(message: Uint8Array, views: readonly Uint8Array<ArrayBuffer>[]) {
    super(message);
    this.#views = views;
  }

  _readHostObject(): View {
    const View = VIEWS[this.readUint32()];
    const bytes = this.#views[this.readUint32()];
    if (View === undefined || bytes === undefined) throw new TypeError('the message is damaged');
    return new View(bytes.buffer);
  }
}

/** A comlink endpoint over a pipe between two processes. Transferred values are copied too. */
export function pipeEndpoint(pipe: Duplex): Endpoint {
  const listeners = new Set<(event: { data: unknown }) => void>();
  // A broken pipe is an ordinary end; the owner of the other process notices it.
  pipe.on('error', () => undefined);
  void receive(pipe, (data) => {
    for (const listener of listeners) listener({ data });
  }).catch(() => pipe.destroy());
  return {
    postMessage: (message) => send(pipe, message),
    addEventListener: (_, listener) => void listeners.add(listener as never),
    removeEventListener: (_, listener) => void listeners.delete(listener as never),
  };
}

function send(pipe: Duplex, message: unknown): void {
  const writer = new MessageWriter();
  writer.writeHeader();
  writer.writeValue(message);
  const body = writer.releaseBuffer();
  const sizes = Float64Array.from(writer.views, ({ byteLength }) => byteLength);
  pipe.cork();
  pipe.write(bytesOf(Uint32Array.of(writer.views.length, body.length)));
  pipe.write(bytesOf(sizes));
  pipe.write(body);
  for (const view of writer.views) pipe.write(bytesOf(view));
  pipe.uncork();
}

async function receive(pipe: Readable, handle: (message: unknown) => void): Promise<void> {
  const read = exactly(pipe);
  for (;;) {
    const prefix = await read(PREFIX);
    if (prefix === undefined) return;
    const [count = 0, length = 0] = new Uint32Array(prefix.buffer);
    const sizes = await read(count * Float64Array.BYTES_PER_ELEMENT);
    const body = await read(length);
    if (sizes === undefined || body === undefined) return;
    const views: Uint8Array<ArrayBuffer>[] = [];
    for (const size of new Float64Array(sizes.buffer)) {
      const view = await read(size);
      if (view === undefined) return;
      views.push(view);
    }
    const reader = new MessageReader(body, views);
    reader.readHeader();
    handle(reader.readValue());
  }
}

/** Reads a pipe in pieces of the requested length, each with its own memory; undefined once it has ended. */
function exactly(pipe: Readable): (length: number) => Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks = pipe[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  let rest: Uint8Array = new Uint8Array();
  return async (length) => {
    const piece = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (rest.length === 0) {
        const { done, value } = await chunks.next();
        if (done) return undefined;
        rest = value;
      }
      const part = rest.subarray(0, length - filled);
      piece.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
    }
    return piece;
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: View): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
