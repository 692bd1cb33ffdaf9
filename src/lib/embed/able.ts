/** The smallest WebAssembly module: its magic number and version. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * Whether this frame may dub: a page can forbid WebAssembly, and a sandbox without `allow-same-origin` has neither
 * workers nor an origin to load models for.
 */
export function canDub(): boolean {
  if (self.origin === 'null' || typeof Worker === 'undefined') return false;
  try {
    return new WebAssembly.Module(EMPTY) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}
