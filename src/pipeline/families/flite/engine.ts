import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest } from '../../ports.ts';
import { engineFile, floats, type Engine, type EngineLoad } from '../engine.ts';
import { compileWasm, type WasmModule } from '../wasm.ts';
import { runCommand } from './wasi.ts';

const RIFF_HEADER_BYTES = 44;
const RATE_OFFSET = 24;
/** Spread of the target F0 that gives the voices' own range (measured: 20 gives less, 40 more). */
const NEUTRAL_SPREAD = 25;
/** The median is this much below the target mean, in Hz (slt and awb, 80 to 210 Hz). */
const MEAN_OFFSET = 8;

/** Flite (CMU): mono English speech at 16 kHz. The voice `rms` always keeps its own pitch. */
export async function openFlite({ files }: EngineLoad): Promise<Engine> {
  const module = await compileWasm(engineFile(files, 'flite.wasm'));
  return { speak: (request) => speak(module, request) };
}

async function speak(module: WasmModule, request: SpeakRequest): Promise<Pcm> {
  const { voice, medianF0, f0Range } = request;
  const settings: Record<string, number> = { duration_stretch: 1 / request.pace };
  if (Math.abs(medianF0 / voice.medianF0 - 1) > 0.01) settings['int_f0_target_mean'] = medianF0 + MEAN_OFFSET;
  if (f0Range !== 1) settings['int_f0_target_stddev'] = NEUTRAL_SPREAD * f0Range;
  const wav = await runCommand(module, [
    'flite',
    ...['-voice', voice.id],
    ...Object.entries(settings).flatMap(([name, value]) => ['--setf', `${name}=${value.toFixed(4)}`]),
    ...['-t', plainText(request.text), '-o', '/out/speech.wav'],
  ]);
  return pcm(wav);
}

/** Control characters would end the command's argument or its sentence. */
function plainText(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim();
}

/** Flite writes a plain RIFF header, then 16-bit mono. */
function pcm(wav: Uint8Array): Pcm {
  if (wav.length < RIFF_HEADER_BYTES) throw new Error('Flite wrote no sound');
  const view = new DataView(wav.buffer, wav.byteOffset);
  const count = (wav.length - RIFF_HEADER_BYTES) >> 1;
  const samples = Int16Array.from({ length: count }, (_, index) =>
    view.getInt16(RIFF_HEADER_BYTES + 2 * index, true),
  );
  return { sampleRate: view.getUint32(RATE_OFFSET, true), channels: [floats(samples)] };
}
