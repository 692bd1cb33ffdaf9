/** The part of WebAssembly that Node and browsers share (neither's types are visible in the core). */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<{ readonly exports: object }>;
};

export type WasmModule = object;

/** The least that modules compiled from C export. */
export interface WasmMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** The buffers passed to a WASI call: the address and length of each. */
export function buffersAt(memory: DataView, at: number, count: number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) => [
    memory.getUint32(at + 8 * i, true),
    memory.getUint32(at + 8 * i + 4, true),
  ]);
}

export function compileWasm(bytes: Uint8Array): Promise<WasmModule> {
  return WebAssembly.compile(bytes);
}

/** @returns its exports; the caller knows their type */
export async function startWasm<Exports extends WasmMemory>(
  module: WasmModule,
  imports: object,
): Promise<Exports> {
  return (await WebAssembly.instantiate(module, imports)).exports as Exports;
}
