import { joinedSamples } from '../../joined.ts';
import { engineFile, importGlue, type Engine, type EngineLoad, type EnginePlatform } from '../engine.ts';

/** Samples per write and read; limits the engine's memory, not how much it can stretch. */
const BLOCK = 16384;

interface Module {
  readonly HEAPF32: Float32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _sonicCreateStream(sampleRate: number, channels: number): number;
  _sonicDestroyStream(stream: number): void;
  _sonicSetSpeed(stream: number, speed: number): void;
  _sonicSetQuality(stream: number, quality: number): void;
  _sonicWriteFloatToStream(stream: number, samples: number, count: number): number;
  _sonicReadFloatFromStream(stream: number, samples: number, count: number): number;
  _sonicFlushStream(stream: number): number;
}

type Glue = (settings: { wasmBinary: Uint8Array }) => Promise<Module>;

/** Sonic (Bill Cox): changes the tempo of mono speech and keeps its pitch. */
export async function openSonic(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const glue = (await importGlue(load, platform)) as Glue;
  const module = await glue({ wasmBinary: engineFile(load.files, 'sonic.wasm') });
  return {
    stretch: (samples, sampleRate, tempo) => Promise.resolve(stretch(module, samples, sampleRate, tempo)),
  };
}

function stretch(module: Module, samples: Float32Array, sampleRate: number, tempo: number): Float32Array {
  const stream = module._sonicCreateStream(sampleRate, 1);
  const buffer = module._malloc(BLOCK * Float32Array.BYTES_PER_ELEMENT);
  const output: Float32Array[] = [];
  const drain = (): void => {
    for (;;) {
      const count = module._sonicReadFloatFromStream(stream, buffer, BLOCK);
      if (count <= 0) return;
      output.push(module.HEAPF32.slice(buffer / 4, buffer / 4 + count));
    }
  };
  try {
    if (stream === 0 || buffer === 0) throw new Error('Sonic has no memory left');
    module._sonicSetSpeed(stream, tempo);
    module._sonicSetQuality(stream, 1);
    for (let at = 0; at < samples.length; at += BLOCK) {
      const block = samples.subarray(at, at + BLOCK);
      module.HEAPF32.set(block, buffer / 4);
      module._sonicWriteFloatToStream(stream, buffer, block.length);
      drain();
    }
    module._sonicFlushStream(stream);
    drain();
  } finally {
    module._free(buffer);
    module._sonicDestroyStream(stream);
  }
  return joinedSamples(output);
}
