import ffmpegWasm from '@ffmpeg/core/wasm?url';
import { expose } from 'comlink';
import { dub } from '@octavia/pipeline/dub';
import { blobMediaFile, type BlobMediaFile } from '$lib/host/ffmpeg.ts';
import { createBrowserHost } from '$lib/host/host.ts';
import { countNetwork, countReceived } from '$lib/host/network.ts';
import { reply } from '$lib/host/reply.ts';
import { createMemoryStore } from './memory-store.ts';
import type { EmbedDub, EmbedWorker } from './protocol.ts';

const network = countNetwork(globalThis);

const worker: EmbedWorker = {
  dub: (clip, request, onEvent, onBytes) =>
    reply<EmbedDub>(async (signal) => {
      countReceived(globalThis, onBytes);
      await fetchAhead(ffmpegWasm);
      // Light: a visitor of somebody else's page waits for no large model.
      const store = createMemoryStore();
      const host = { ...createBrowserHost(network, () => undefined, true), store, scratch: store };
      const { output, subtitles } = await dub(
        { ...request, input: blobMediaFile(clip) },
        host,
        signal,
        onEvent,
      );
      return { video: (output as BlobMediaFile).blob, cues: subtitles.target };
    }),
};

/** The largest file is fetched by a worker that reports no progress. After this the browser has it cached. */
async function fetchAhead(address: string): Promise<void> {
  await (await fetch(address)).body?.pipeTo(new WritableStream());
}

expose(worker);
