import { engineFile, type Engine, type EngineLoad, type EnginePlatform } from '../engine.ts';
import { PREPARED } from './files.ts';
import { framesOf, guess, hearing } from './heard.ts';
import type { Row } from './row.ts';
import { whisperSettings } from './settings.ts';
import { decode, encode, firstScores, type PreparedGraphs } from './steps.ts';
import { readTokens } from './vocabulary.ts';

interface Sizes {
  readonly decoder_layers: number;
  readonly decoder_attention_heads: number;
  readonly d_model: number;
  readonly max_source_positions: number;
}

/** Whisper with the graphs that `prepareWhisper` writes. */
export async function openPrepared(load: EngineLoad, platform: EnginePlatform): Promise<Engine> {
  const settings = whisperSettings(load.files);
  const sizes = JSON.parse(new TextDecoder().decode(engineFile(load.files, PREPARED.config))) as Sizes;
  const text = readTokens(engineFile(load.files, PREPARED.tokenizer));
  const graphs: PreparedGraphs = {
    encoder: await opened(load, platform, PREPARED.encoder),
    decoder: await opened(load, platform, PREPARED.decoder),
    settings,
    layers: sizes.decoder_layers,
    heads: sizes.decoder_attention_heads,
    size: sizes.d_model / sizes.decoder_attention_heads,
    frames: sizes.max_source_positions,
  };
  // One by one: batches are no faster on the CPU (measured with 2 and 4), and each window takes 37 MB in a base model.
  async function rowsOf(windows: readonly Float32Array[], prompt: readonly number[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (const window of windows) {
      const frames = [framesOf(window, graphs.frames)];
      rows.push(...(await decode(graphs, await encode(graphs, [window]), frames, prompt)));
    }
    return rows;
  }

  return {
    device: graphs.decoder.device,
    async detect(windows) {
      const scores: Float32Array[] = [];
      for (const window of windows)
        scores.push(...(await firstScores(graphs, await encode(graphs, [window]), 1)));
      return guess(scores, settings);
    },
    ...hearing(rowsOf, settings, text),
  };
}

/** Do not keep the graph's bytes once ONNX Runtime has loaded them. */
async function opened({ files, graphs }: EngineLoad, platform: EnginePlatform, path: string) {
  const session = await platform.open(engineFile(files, path), graphs?.[path]?.devices ?? ['cpu']);
  delete (files as Record<string, Uint8Array>)[path];
  return session;
}
