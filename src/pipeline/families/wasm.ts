/** The part of WebAssembly that Node and browsers share (neither's types are visible in the core). */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<{ readonly exports: object }>;
};

export type WasmModule = object;

/** What modules compiled from C export at the least. */
export interface WasmMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

export function compileWasm(bytes: Uint8Array): Promise<WasmModule> {
  return WebAssembly.compile(bytes);
}

/** @returns what it exports, which is the caller's to know */
export async function startWasm<Exports extends WasmMemory>(
  module: WasmModule,
  imports: object,
): Promise<Exports> {
  return (await WebAssembly.instantiate(module, imports)).exports as Exports;
}
