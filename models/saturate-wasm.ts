/**
 * Rewrites a first-generation WebAssembly module so that it can be used as it should have been built:
 *
 * 1. Every float → integer truncation that traps when the value does not fit (`i32.trunc_f32_s`, opcodes
 *    0xA8–0xAB and 0xAE–0xB1) becomes its saturating twin (0xFC 0–7, "Non-trapping float-to-int conversions",
 *    WebAssembly 2.0). C leaves such a cast undefined and native processors never trap on it, so code written
 *    for them, PocketSphinx among it, does it without noticing.
 * 2. The limits of the imported memory are set anew.
 *
 * Encodings follow the WebAssembly core specification, chapter 5 (binary format).
 */

const HEADER_BYTES = 8;
const SECTION_IMPORT = 2;
const SECTION_CODE = 10;

interface SaturatedWasm {
  readonly wasm: Uint8Array;
  /** How many truncations were rewritten. */
  readonly truncations: number;
}

/**
 * @param wasm a module of the 1.0 instruction set (no SIMD, threads or bulk memory)
 * @param memoryPages initial and maximum size of the imported memory, in pages of 64 KiB
 * @throws Error when the module uses an instruction outside that set
 */
export function saturateWasm(wasm: Uint8Array, memoryPages: number): SaturatedWasm {
  const reader = new Reader(wasm, HEADER_BYTES, wasm.length);
  const parts: Uint8Array[] = [wasm.subarray(0, HEADER_BYTES)];
  let truncations = 0;
  while (!reader.done) {
    const id = reader.byte();
    const section = reader.sub(reader.unsigned());
    let payload = section.rest();
    if (id === SECTION_IMPORT) payload = withMemoryLimits(section, memoryPages);
    if (id === SECTION_CODE) {
      const code = withSaturation(section);
      payload = code.payload;
      truncations += code.truncations;
    }
    parts.push(Uint8Array.of(id), unsigned(payload.length), payload);
  }
  return { wasm: concat(parts), truncations };
}

function withMemoryLimits(section: Reader, pages: number): Uint8Array {
  const count = section.unsigned();
  const parts = [unsigned(count)];
  for (let index = 0; index < count; index++) {
    const start = section.at;
    section.skip(section.unsigned());
    section.skip(section.unsigned());
    const kind = section.byte();
    if (kind === 2) {
      parts.push(section.since(start), Uint8Array.of(1), unsigned(pages), unsigned(pages));
      skipLimits(section);
      continue;
    }
    if (kind === 0) section.unsigned();
    if (kind === 1) section.skip(1);
    if (kind === 1) skipLimits(section);
    if (kind === 3) section.skip(2);
    parts.push(section.since(start));
  }
  return concat(parts);
}

function skipLimits(section: Reader): void {
  const hasMaximum = section.byte() & 1;
  section.unsigned();
  if (hasMaximum) section.unsigned();
}

function withSaturation(section: Reader): { payload: Uint8Array; truncations: number } {
  const count = section.unsigned();
  const parts = [unsigned(count)];
  let truncations = 0;
  for (let index = 0; index < count; index++) {
    const body = saturateBody(section.sub(section.unsigned()));
    parts.push(unsigned(body.code.length), body.code);
    truncations += body.truncations;
  }
  return { payload: concat(parts), truncations };
}

function saturateBody(body: Reader): { code: Uint8Array; truncations: number } {
  const parts: Uint8Array[] = [];
  let copied = body.at;
  let truncations = 0;
  for (let locals = body.unsigned(); locals > 0; locals--) {
    body.unsigned();
    body.skip(1);
  }
  while (!body.done) {
    const start = body.at;
    const saturating = saturatingTwin(body.byte());
    if (saturating === undefined) {
      body.at = start;
      skipInstruction(body);
      continue;
    }
    parts.push(body.between(copied, start), Uint8Array.of(0xfc, saturating));
    copied = body.at;
    truncations += 1;
  }
  parts.push(body.since(copied));
  return { code: concat(parts), truncations };
}

function saturatingTwin(opcode: number): number | undefined {
  if (opcode >= 0xa8 && opcode <= 0xab) return opcode - 0xa8;
  if (opcode >= 0xae && opcode <= 0xb1) return opcode - 0xae + 4;
  return undefined;
}

/** Moves past one instruction and its immediates (specification, 5.4). */
function skipInstruction(body: Reader): void {
  const opcode = body.byte();
  if (opcode >= 0x02 && opcode <= 0x04)
    body.leb(); // block, loop, if: block type
  else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10)
    body.leb(); // br, br_if, call
  else if (opcode >= 0x20 && opcode <= 0x24)
    body.leb(); // local.*, global.*
  else if (opcode === 0x41 || opcode === 0x42)
    body.leb(); // i32.const, i64.const
  else if (opcode === 0x3f || opcode === 0x40)
    body.leb(); // memory.size, memory.grow
  else if (opcode === 0x43)
    body.skip(4); // f32.const
  else if (opcode === 0x44)
    body.skip(8); // f64.const
  else if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e)) {
    body.leb(); // call_indirect: type, table; loads and stores: alignment, offset
    body.leb();
  } else if (opcode === 0x0e) {
    for (let targets = body.unsigned(); targets >= 0; targets--) body.leb(); // br_table and its default
  } else if (!hasNoImmediate(opcode)) {
    throw new Error(`instruction 0x${opcode.toString(16)} is not of WebAssembly 1.0`);
  }
}

function hasNoImmediate(opcode: number): boolean {
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f) return true;
  return opcode === 0x1a || opcode === 0x1b || (opcode >= 0x45 && opcode <= 0xc4);
}

/** A cursor over part of the module. */
class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined || this.at > this.#end) throw new Error('the module ends too early');
    return value;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Moves past a LEB128 number of either sign. */
  leb(): void {
    while (this.byte() & 0x80);
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** A reader over the next `bytes`, which this one moves past. */
  sub(bytes: number): Reader {
    const start = this.at;
    this.at += bytes;
    return new Reader(this.#bytes, start, this.at);
  }

  between(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.at);
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.at, this.#end);
  }
}

function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
