import { toOctaviaError } from './errors.ts';
import { CLONED } from './stages/synthesise/clone.ts';
import { finish } from './stages/mux/index.ts';
import { listen } from './stages/recognise/index.ts';
import {
  chooseListenModels,
  chooseModels,
  chooseTranslation,
  expectedSeconds,
  readOwnText,
} from './prepare.ts';
import { speakLines, translateLines } from './stages/synthesise/index.ts';
import type { DubEvent, DubRequest, DubResult, ListenRequest } from './job.ts';
import type { Transcript } from './media-types.ts';
import type { Host } from './ports.ts';
import type { Warning } from './report.ts';
import { startRun } from './run.ts';

/**
 * Dubs one file: file → sound → speech spans → transcript → translation → speech → fitted speech → mix → file.
 * Finished work is kept in the host's store under the job's id, so that a job can be resumed or one line of it
 * spoken anew; whoever owns the job deletes it.
 * @throws OctaviaError, and nothing else; `job.cancelled` soon after the signal is aborted
 */
export async function dub(
  request: DubRequest,
  host: Host,
  signal: AbortSignal,
  onEvent: (event: DubEvent) => void,
): Promise<DubResult> {
  try {
    const own = readOwnText(request);
    const info = await host.media.probe(request.input, signal);
    const models = await chooseModels(host, request, own);
    const predicted = expectedSeconds(host, request, info, own, models);
    const run = startRun(request, host, signal, onEvent, predicted);

    const heard = await listen(run, info, models, own);
    const translate = models.translate ?? (await chooseTranslation(host, request, heard.transcript.language));
    const translation = await translateLines(run, heard, translate);
    const speech = await speakLines(run, heard, translation, models);
    return await finish(run, heard, translation, speech, models);
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  } finally {
    // Whatever became of the job: nobody's cloned voice outlives it.
    if (request.voice.kind === 'clone') await forget(host, request.jobId);
  }
}

/** What cannot be deleted does not change the outcome: its key is gone, so nobody can read it. */
async function forget(host: Host, jobId: string): Promise<void> {
  await host.store.delete(`${jobId}/${CLONED}`).catch(() => undefined);
}

/** The first half alone: what is said in the file, and when. Errors as of {@link dub}. */
export async function transcribe(
  request: ListenRequest,
  host: Host,
  signal: AbortSignal,
  onEvent: (event: DubEvent) => void,
): Promise<{ transcript: Transcript; warnings: readonly Warning[] }> {
  try {
    const own = readOwnText(request);
    const info = await host.media.probe(request.input, signal);
    const models = await chooseListenModels(host, request, own);
    const predicted = expectedSeconds(host, request, info, own, models);
    const run = startRun(request, host, signal, onEvent, predicted);
    const { transcript } = await listen(run, info, models, own);
    return { transcript, warnings: run.warnings };
  } catch (thrown) {
    throw toOctaviaError(thrown, signal);
  }
}
