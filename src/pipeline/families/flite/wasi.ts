import { buffersAt, startWasm, type WasmMemory, type WasmModule } from '../wasm.ts';

interface WasmExports extends WasmMemory {
  readonly _start: () => void;
}

/** Error numbers of WASI preview 1. */
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const STDERR = 2;
const FOLDER = 3;
const OUTPUT = 4;
const TYPE_FOLDER = 3;
const TYPE_FILE = 4;
const WHENCE_CURRENT = 1;
const WHENCE_END = 2;

/**
 * Runs a WASI command that writes one file, and returns that file. It sees nothing of the machine: it has a clock that
 * stands still and a folder `/out`, and any path it opens there is that one file.
 * @param args the command line; args[0] is the program's name
 * @throws Error with what the command wrote to stderr when it ends with a failure
 */
export async function runCommand(module: WasmModule, args: readonly string[]): Promise<Uint8Array> {
  const command = new Command(args);
  const imports = { wasi_snapshot_preview1: command.imports };
  return command.run(await startWasm<WasmExports>(module, imports));
}

class Exit extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

class Command {
  readonly #args: Uint8Array[];
  readonly #output = new GrowingFile();
  #messages = '';
  #exports: WasmExports | undefined;

  constructor(args: readonly string[]) {
    this.#args = args.map((text) => new TextEncoder().encode(`${text}\0`));
  }

  run(exports: WasmExports): Uint8Array {
    this.#exports = exports;
    try {
      exports._start();
    } catch (thrown) {
      if (!(thrown instanceof Exit)) throw thrown;
      if (thrown.status !== 0) throw new Error(`${thrown.message}: ${this.#messages.trim()}`);
    }
    return this.#output.bytes;
  }

  /** Made again on each use: the memory may have grown. */
  get #view(): DataView {
    if (this.#exports === undefined) throw new Error('the command is not running');
    return new DataView(this.#exports.memory.buffer);
  }

  #bytes(pointer: number, count: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, pointer, count);
  }

  readonly imports = {
    args_sizes_get: (count: number, bytes: number): number => {
      this.#view.setUint32(count, this.#args.length, true);
      this.#view.setUint32(
        bytes,
        this.#args.reduce((sum, arg) => sum + arg.length, 0),
        true,
      );
      return SUCCESS;
    },
    args_get: (pointers: number, bytes: number): number => {
      let at = bytes;
      for (const [index, arg] of this.#args.entries()) {
        this.#view.setUint32(pointers + 4 * index, at, true);
        this.#bytes(at, arg.length).set(arg);
        at += arg.length;
      }
      return SUCCESS;
    },
    clock_time_get: (_id: number, _precision: bigint, time: number): number => {
      this.#view.setBigUint64(time, 0n, true);
      return SUCCESS;
    },
    fd_close: (): number => SUCCESS,
    fd_fdstat_get: (descriptor: number, stat: number): number => {
      if (descriptor > OUTPUT) return BAD_DESCRIPTOR;
      this.#bytes(stat, 24).fill(0);
      this.#view.setUint8(stat, descriptor === FOLDER ? TYPE_FOLDER : TYPE_FILE);
      this.#view.setBigUint64(stat + 8, ~0n, true);
      this.#view.setBigUint64(stat + 16, ~0n, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: (): number => SUCCESS,
    fd_prestat_get: (descriptor: number, stat: number): number => {
      if (descriptor !== FOLDER) return BAD_DESCRIPTOR;
      this.#view.setUint32(stat, 0, true);
      this.#view.setUint32(stat + 4, '/out'.length, true);
      return SUCCESS;
    },
    fd_prestat_dir_name: (_descriptor: number, path: number, length: number): number => {
      this.#bytes(path, length).set(new TextEncoder().encode('/out').subarray(0, length));
      return SUCCESS;
    },
    fd_read: (_descriptor: number, _vectors: number, _count: number, read: number): number => {
      this.#view.setUint32(read, 0, true);
      return SUCCESS;
    },
    fd_seek: (descriptor: number, offset: bigint, whence: number, position: number): number => {
      if (descriptor !== OUTPUT) return BAD_DESCRIPTOR;
      this.#view.setBigUint64(position, BigInt(this.#output.seek(Number(offset), whence)), true);
      return SUCCESS;
    },
    fd_write: (descriptor: number, vectors: number, count: number, written: number): number => {
      let total = 0;
      for (const [pointer, length] of buffersAt(this.#view, vectors, count)) {
        const bytes = this.#bytes(pointer, length);
        if (descriptor === OUTPUT) this.#output.write(bytes);
        if (descriptor === STDERR) this.#messages += new TextDecoder().decode(bytes);
        total += bytes.length;
      }
      this.#view.setUint32(written, total, true);
      return SUCCESS;
    },
    path_open: (...args: readonly (number | bigint)[]): number => {
      this.#view.setUint32(Number(args.at(-1)), OUTPUT, true);
      return SUCCESS;
    },
    proc_exit: (status: number): never => {
      throw new Exit(status);
    },
  };
}

class GrowingFile {
  #buffer = new Uint8Array(1 << 16);
  #length = 0;
  #position = 0;

  get bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  seek(offset: number, whence: number): number {
    const base = whence === WHENCE_END ? this.#length : whence === WHENCE_CURRENT ? this.#position : 0;
    this.#position = base + offset;
    return this.#position;
  }

  write(bytes: Uint8Array): void {
    const end = this.#position + bytes.length;
    if (end > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }
}
