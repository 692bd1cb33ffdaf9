import type { MediaFile, MuxRequest, MuxResult } from '../ports.ts';
import { encoderDelay, outputName } from './container.ts';
import { failure, lastLine } from './failure.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import type { MuxPlan } from './mux-plan.ts';
import { fullPlan, kindAt, muxRun, without } from './mux-plan.ts';
import { interleaved } from './planes.ts';
import type { Probed } from './probe.ts';

/** See `Media.mux`. Errors: `storage.full`, `media.failed`, `input.*`. */
export async function mux(
  ffmpeg: Ffmpeg,
  request: MuxRequest,
  probed: Probed,
  signal: AbortSignal,
  onProgress?: (fraction: number) => void,
): Promise<MuxResult> {
  const { dub, info } = request;
  const full = fullPlan(request, probed);
  const first = Math.round(encoderDelay(full.container, full.encoding).trim * dub.sampleRate);
  const pcm = await ffmpeg.store('dub.f32', interleaved(dub, first), signal);
  const onSeconds = onProgress && ((done: number) => onProgress(Math.min(1, done / info.seconds)));
  try {
    return await writeWhatFits(full, async (plan) => {
      const name = outputName(request.source.name, request.targetLanguage, plan.container);
      return ffmpeg.write(muxRun(plan, request, probed, pcm), name, signal, onSeconds);
    });
  } finally {
    await ffmpeg.discard(pcm);
  }
}

/** What may be dropped when a container turns out unable to hold it, least important first. */
const EXPENDABLE = ['attachments', 'covers', 'subtitles', 'originals'] as const;

/**
 * ffmpeg's messages when it refuses a stream before writing anything: the muxer knows better than any table of codecs.
 */
const REFUSED =
  /Could not write header|not currently supported in container|Could not find tag for codec|are supported for|Only VP8|incorrect codec parameters|Unable to choose an output format|codec not supported/i;

/** The stream of the output that is refused, where the muxer names it. */
const STREAM = /Could not find tag for codec \S+ in stream #(\d+)/;

async function writeWhatFits(
  first: MuxPlan,
  write: (plan: MuxPlan) => Promise<{ ok: boolean; log: string; file: MediaFile | undefined }>,
): Promise<MuxResult> {
  let plan = first;
  for (;;) {
    const result = await write(plan);
    if (result.ok && result.file) return { file: result.file, dropped: plan.dropped };
    const refused = STREAM.exec(result.log)?.[1];
    const named = refused === undefined ? undefined : kindAt(plan, Number(refused));
    const next = named ?? EXPENDABLE.find((kind) => plan[kind].length > 0);
    if (!next || !REFUSED.test(result.log)) throw failure(result.log, 'media.failed');
    const said = result.log.split('\n').find((line) => REFUSED.test(line)) ?? '';
    plan = without(plan, next, `${plan.container} cannot hold it: ${lastLine(said) ?? 'refused'}`);
  }
}
