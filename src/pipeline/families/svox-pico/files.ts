import { buffersAt } from '../wasm.ts';

/** Error numbers of C's library, as emscripten has them. */
const NO_ENTRY = -44;
const NOT_A_TERMINAL = -59;
const FROM_START = 0;
const FROM_HERE = 1;

interface OpenFile {
  readonly bytes: Uint8Array;
  at: number;
}

/** The files that a module compiled with emscripten may open, and its system calls for them; it sees nothing else. */
export class WasmFiles {
  readonly #files: Readonly<Record<string, Uint8Array>>;
  readonly #memory: () => ArrayBuffer;
  readonly #open = new Map<number, OpenFile>();

  /** @param memory the module's, asked for at each call */
  constructor(files: Readonly<Record<string, Uint8Array>>, memory: () => ArrayBuffer) {
    this.#files = files;
    this.#memory = memory;
  }

  readonly env = {
    _emscripten_memcpy_js: (to: number, from: number, count: number): void => {
      new Uint8Array(this.#memory()).copyWithin(to, from, from + count);
    },
    __syscall_openat: (_folder: number, path: number): number => {
      const bytes = this.#files[this.#text(path)];
      if (bytes === undefined) return NO_ENTRY;
      // The first three are the standard streams.
      const descriptor = 3 + this.#open.size;
      this.#open.set(descriptor, { bytes, at: 0 });
      return descriptor;
    },
    __syscall_fcntl64: (): number => 0,
    __syscall_ioctl: (): number => NOT_A_TERMINAL,
    /** Its initial memory is enough. */
    emscripten_resize_heap: (): number => 0,
  };

  readonly wasi = {
    fd_read: (descriptor: number, buffers: number, count: number, read: number): number => {
      const file = this.#file(descriptor);
      const start = file.at;
      for (const [to, length] of buffersAt(this.#view, buffers, count)) {
        const piece = file.bytes.subarray(file.at, file.at + length);
        new Uint8Array(this.#memory()).set(piece, to);
        file.at += piece.length;
      }
      this.#view.setUint32(read, file.at - start, true);
      return 0;
    },
    /** We ignore what it prints. */
    fd_write: (_descriptor: number, buffers: number, count: number, written: number): number => {
      const total = buffersAt(this.#view, buffers, count).reduce((sum, [, length]) => sum + length, 0);
      this.#view.setUint32(written, total, true);
      return 0;
    },
    fd_seek: (descriptor: number, low: number, _high: number, whence: number, at: number): number => {
      const file = this.#file(descriptor);
      const base = whence === FROM_START ? 0 : whence === FROM_HERE ? file.at : file.bytes.length;
      file.at = base + low;
      this.#view.setUint32(at, file.at, true);
      this.#view.setUint32(at + 4, 0, true);
      return 0;
    },
    fd_close: (): number => 0,
  };

  get #view(): DataView {
    return new DataView(this.#memory());
  }

  #file(descriptor: number): OpenFile {
    const file = this.#open.get(descriptor);
    if (file === undefined) throw new Error(`no file is open as ${descriptor}`);
    return file;
  }

  #text(at: number): string {
    const bytes = new Uint8Array(this.#memory());
    return new TextDecoder().decode(bytes.slice(at, bytes.indexOf(0, at)));
  }
}
