import { startWasm, type WasmMemory, type WasmModule } from '../wasm.ts';
import { WasmFiles } from './files.ts';

/** The part of picoapi.h that is used here; each returns a status. */
interface PicoExports extends WasmMemory {
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  pico_initialize(memory: number, bytes: number, system: number): number;
  pico_createVoiceDefinition(system: number, voice: number): number;
  pico_loadResource(system: number, path: number, resource: number): number;
  pico_getResourceName(system: number, resource: number, name: number): number;
  pico_addResourceToVoiceDefinition(system: number, voice: number, name: number): number;
  pico_newEngine(system: number, voice: number, engine: number): number;
  pico_putTextUtf8(engine: number, text: number, bytes: number, taken: number): number;
  pico_getData(engine: number, buffer: number, bytes: number, received: number, type: number): number;
}

/** Statuses of picodefs.h. */
const OK = 0;
const IDLE = 200;
const BUSY = 201;

/** What Android's service gives it to work in. */
const WORKING_BYTES = 2_500_000;
/** PICO_RETSTRINGSIZE and more. */
const NAME_BYTES = 256;
const SOUND_BYTES = 4096;

/** Pico's engine with one voice. */
export class PicoVoice {
  readonly #pico: PicoExports;
  readonly #engine: number;
  /** It carries its filters' state over to the next line: rewinding its memory makes speech depend only on the text. */
  readonly #fresh: Uint8Array;

  private constructor(pico: PicoExports, engine: number) {
    this.#pico = pico;
    this.#engine = engine;
    this.#fresh = bytesOf(pico).slice();
  }

  /** @param files the text analysis and the signal generation resources */
  static async open(
    module: WasmModule,
    files: { readonly text: Uint8Array; readonly sound: Uint8Array },
  ): Promise<PicoVoice> {
    // It wants names with this ending.
    const paths = { '/text.bin': files.text, '/sound.bin': files.sound };
    const store: WasmFiles = new WasmFiles(paths, () => pico.memory.buffer);
    const imports = { env: store.env, wasi_snapshot_preview1: store.wasi };
    const pico = await startWasm<PicoExports>(module, imports);
    pico.__wasm_call_ctors();
    return new PicoVoice(pico, startEngine(pico, Object.keys(paths)));
  }

  /** @param text with picoapi's markup @returns mono, 16 kHz, with silence at its end */
  speak(text: string): Int16Array {
    bytesOf(this.#pico).set(this.#fresh);
    const bytes = encoded(text);
    const at = put(this.#pico, bytes);
    const [taken, buffer] = [allocate(this.#pico, 4), allocate(this.#pico, SOUND_BYTES)];
    const sound: number[] = [];
    for (let given = 0; given < bytes.length;) {
      check(this.#pico.pico_putTextUtf8(this.#engine, at + given, bytes.length - given, taken), 'the text');
      const count = wordAt(this.#pico, taken);
      if (count === 0) throw new Error('Pico accepts no more text');
      given += count;
      this.#drain(buffer, taken, sound);
    }
    return Int16Array.from(sound);
  }

  /** Makes it speak the text it was given. */
  #drain(buffer: number, received: number, sound: number[]): void {
    const type = allocate(this.#pico, 4);
    for (let status = BUSY; status === BUSY;) {
      status = this.#pico.pico_getData(this.#engine, buffer, SOUND_BYTES, received, type);
      if (status !== BUSY && status !== IDLE) throw new Error(`Pico failed to speak (${status})`);
      const view = new DataView(this.#pico.memory.buffer, buffer);
      const end = wordAt(this.#pico, received);
      for (let at = 0; at < end; at += 2) sound.push(view.getInt16(at, true));
    }
  }
}

function startEngine(pico: PicoExports, paths: readonly string[]): number {
  const [result, name] = [allocate(pico, 4), allocate(pico, NAME_BYTES)];
  const voice = put(pico, encoded('voice'));
  const made = (): number => new DataView(pico.memory.buffer).getUint32(result, true);
  check(pico.pico_initialize(allocate(pico, WORKING_BYTES), WORKING_BYTES, result), 'its memory');
  const system = made();
  check(pico.pico_createVoiceDefinition(system, voice), 'a voice');
  for (const path of paths) {
    check(pico.pico_loadResource(system, put(pico, encoded(path)), result), `its file ${path}`);
    check(pico.pico_getResourceName(system, made(), name), 'a name');
    check(pico.pico_addResourceToVoiceDefinition(system, voice, name), `its file ${path}`);
  }
  check(pico.pico_newEngine(system, voice, result), 'the voice');
  return made();
}

function check(status: number, what: string): void {
  if (status !== OK) throw new Error(`Pico refuses ${what} (${status})`);
}

function allocate(pico: PicoExports, bytes: number): number {
  const at = pico.malloc(bytes);
  if (at === 0) throw new Error('the line is too long');
  return at;
}

function put(pico: PicoExports, bytes: Uint8Array): number {
  const at = allocate(pico, bytes.length);
  bytesOf(pico).set(bytes, at);
  return at;
}

/** A text as a C string. */
function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** A 16-bit number, as used for counts. */
function wordAt(pico: PicoExports, at: number): number {
  return new DataView(pico.memory.buffer).getInt16(at, true);
}

function bytesOf(pico: PicoExports): Uint8Array {
  return new Uint8Array(pico.memory.buffer);
}
