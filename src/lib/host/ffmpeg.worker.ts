import '@ffmpeg/ffmpeg/worker';
import { countNetwork } from './network.ts';

countNetwork(globalThis);

/**
 * The library's own worker, except that files in memory grow in place and are transferred when read. By default,
 * Emscripten copies a file of 100 MB some forty times while it grows, and once more to read it.
 */

/** The parts of Emscripten's file system that we need (its names are part of the module's interface). */
interface Core {
  readonly FS: {
    readonly filesystems: { readonly MEMFS: { expandFileStorage(node: FileNode, capacity: number): void } };
    lookupPath(path: string): { readonly node: FileNode };
    readFile(path: string, options?: { encoding?: string }): Uint8Array | string;
  };
}

interface FileNode {
  contents: Uint8Array | null;
  usedBytes: number;
}

type CreateCore = (options: object) => Promise<Core>;

const MIB = 1024 * 1024;

function growInPlace(node: FileNode, capacity: number): void {
  const held = node.contents;
  if (held && held.length >= capacity) return;
  const room = Math.ceil((capacity * 17) / 16 / MIB) * MIB;
  if (held?.buffer instanceof ArrayBuffer && held.buffer.resizable && held.buffer.maxByteLength >= room) {
    held.buffer.resize(room);
    return;
  }
  // This reserves addresses, not memory.
  const larger = new Uint8Array(new ArrayBuffer(room, { maxByteLength: Math.max(64 * MIB, 16 * room) }));
  if (held) larger.set(held.subarray(0, node.usedBytes));
  node.contents = larger;
}

/** Moves a file's bytes out of it; the file is empty after that. */
function takeContents(node: FileNode): Uint8Array | undefined {
  if (!(node.contents?.buffer instanceof ArrayBuffer) || !node.contents.buffer.resizable) return undefined;
  const bytes = new Uint8Array(node.contents.buffer.transferToFixedLength(node.usedBytes));
  node.contents = null;
  node.usedBytes = 0;
  return bytes;
}

function changed(core: Core): Core {
  const { FS } = core;
  FS.filesystems.MEMFS.expandFileStorage = growInPlace;
  const readFile = FS.readFile.bind(FS);
  FS.readFile = (path, options) =>
    options?.encoding === 'utf8'
      ? readFile(path, options)
      : (takeContents(FS.lookupPath(path).node) ?? readFile(path, options));
  return core;
}

// The library puts the module's factory on `self` once it is loaded, and calls it from there.
let create: CreateCore | undefined;
Object.defineProperty(self, 'createFFmpegCore', {
  get: () => create,
  set: (original: CreateCore) => {
    create = async (options) => changed(await original(options));
  },
});
