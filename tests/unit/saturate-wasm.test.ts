import { expect, it } from 'vitest';
import { saturateWasm } from '../../models/saturate-wasm.ts';

/** (module (import "e" "m" (memory 1)) (func (export "f") (param f32) (result i32) local.get 0 i32.trunc_f32_s)) */
const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7d, 0x01, 0x7f],
  ...[0x02, 0x08, 0x01, 0x01, 0x65, 0x01, 0x6d, 0x02, 0x00, 0x01],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ...[0x0a, 0x07, 0x01, 0x05, 0x00, 0x20, 0x00, 0xa8, 0x0b],
]);

async function truncate(wasm: Uint8Array<ArrayBuffer>, pages: number): Promise<(value: number) => number> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { instance } = await WebAssembly.instantiate(wasm, { e: { m: memory } });
  return instance.exports['f'] as (value: number) => number;
}

it('makes a truncation that traps saturate, and sets the memory', async () => {
  const before = await truncate(MODULE, 1);
  expect(() => before(1e20)).toThrow(/unrepresentable/);
  const { wasm, truncations } = saturateWasm(MODULE, 3);
  expect(truncations).toBe(1);
  const after = await truncate(Uint8Array.from(wasm), 3);
  expect([after(-1.5), after(1e20), after(NaN)]).toEqual([-1, 2 ** 31 - 1, 0]);
  await expect(truncate(Uint8Array.from(wasm), 1)).rejects.toThrow();
});

it('refuses what it does not know', () => {
  const simd = Uint8Array.from(MODULE);
  simd[simd.length - 2] = 0xfd;
  expect(() => saturateWasm(simd, 3)).toThrow(/0xfd/);
});
