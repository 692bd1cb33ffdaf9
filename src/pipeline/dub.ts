import { toOctaviaError } from './errors.ts';
import type { DubEvent, DubRequest, DubResult, ListenRequest } from './job.ts';
import type { Transcript } from './media-types.ts';
import type { Host } from './ports.ts';
import { chooseListenModels, chooseModels, expectedSeconds, readOwnText } from './prepare.ts';
import { receipt } from './receipt.ts';
import type { Warning } from './report.ts';
import { startRun } from './run.ts';
import { demux } from './stages/demux/index.ts';
import { diarise } from './stages/diarise/index.ts';
import { fit } from './stages/fit/index.ts';
import { mix } from './stages/mix/index.ts';
import { mux } from './stages/mux/index.ts';
import { recognise } from './stages/recognise/index.ts';
import { separate } from './stages/separate/index.ts';
import { CLONED } from './stages/synthesise/sealed.ts';
import { synthesise } from './stages/synthesise/index.ts';
import { translate } from './stages/translate/index.ts';
import { vad } from './stages/vad/index.ts';

/**
 * Dubs one file: file → sound → speech spans → transcript → translation → speech → fitted speech → mix → file. Finished
 * work is kept in the host's store under the job's id, so that a job can be resumed, or a single line spoken again; the
 * job's owner deletes it.
 * @throws OctaviaError, and nothing else; `job.cancelled` soon after the signal is aborted
 */
export async function dub(
  request: DubRequest,
  host: Host,
  signal: AbortSignal,
  emit: (event: DubEvent) => void,
): Promise<DubResult> {
  try {
    const info = await host.media.probe(request.input, signal);
    const own = readOwnText(request, info.video?.frameRate);
    const models = await chooseModels(host, request, own);
    const predicted = expectedSeconds(host, request, info, own, models);
    const run = startRun({ request, models, own, host, signal, emit }, predicted);

    const sound = await demux(run, info);
    const spans = await vad(run, sound);
    const text = await recognise(run, sound, spans);
    const heard = await diarise(run, sound, spans, text);
    const translation = await translate(run, heard);
    const speech = await fit(run, heard, translation, synthesise);
    const background = await separate(run, heard, speech);
    const mixed = await mix(run, heard, speech, background);
    const written = await mux(run, heard, mixed.sound);
    return receipt(run, { heard, translation, speech, mixed, written });
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  } finally {
    // Whatever the outcome, no cloned voice outlives the job.
    if (request.voice.kind === 'clone') await forget(host, request.jobId);
  }
}

/** A failed deletion does not change the outcome: the key is gone, so nobody can read what is left. */
async function forget(host: Host, jobId: string): Promise<void> {
  for (const store of [host.store, host.scratch]) {
    await store.delete(`${jobId}/${CLONED}`).catch(() => undefined);
  }
}

/** Only the first half: what is said in the file, and when. Errors: those of {@link dub}. */
export async function transcribe(
  request: ListenRequest,
  host: Host,
  signal: AbortSignal,
  emit: (event: DubEvent) => void,
): Promise<{ transcript: Transcript; warnings: readonly Warning[] }> {
  try {
    const info = await host.media.probe(request.input, signal);
    const own = readOwnText(request, info.video?.frameRate);
    const models = await chooseListenModels(host, request, own);
    const predicted = expectedSeconds(host, request, info, own, models);
    const run = startRun({ request, models, own, host, signal, emit }, predicted);

    const sound = await demux(run, info);
    const spans = await vad(run, sound);
    const { transcript } = await diarise(run, sound, spans, await recognise(run, sound, spans));
    return { transcript, warnings: run.warnings };
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  }
}
