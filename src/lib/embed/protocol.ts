import type { DubEvent, DubRequest } from '@octavia/pipeline/job';
import type { Cue } from '@octavia/pipeline/media-types';
import type { Reply } from '$lib/host/protocol.ts';

/** A dubbed clip, with its spoken text. */
export interface EmbedDub {
  readonly video: Blob;
  readonly cues: readonly Cue[];
}

/** What the frame may ask of its worker (embed.worker.ts). */
export interface EmbedWorker {
  /** @param onBytes called with the size of each piece fetched */
  dub(
    clip: File,
    request: Omit<DubRequest, 'input'>,
    onEvent: (event: DubEvent) => void,
    onBytes: (bytes: number) => void,
  ): Promise<Reply<EmbedDub>>;
}
