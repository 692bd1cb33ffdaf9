import { join } from 'node:path';
import { compact } from '@octavia/pipeline/compact';
import type { DubEvent, ErrorCode, Report, Store } from '@octavia/pipeline';
import { OctaviaError, toOctaviaError } from '@octavia/pipeline/errors';
import type { Claim, Complete, Release } from '@octavia/server/jobs/worker-shapes';
import type { WorkerApi } from './api.ts';
import { isLost, type Calls, type HeldJob } from './calls.ts';
import { download, SourceDown, type Download } from './download.ts';
import { createRemoteStore } from './remote-store.ts';
import { makeScratch } from './scratch.ts';
import { startHeartbeat, heartbeatTimesFor, type HeartbeatTimes } from './heartbeat.ts';

/** The file to dub, on this machine's disk. */
export interface Work {
  readonly jobId: string;
  readonly input: { readonly path: string; readonly name: string };
  readonly wish: Claim['wish'];
  /** Folder for temporary files, removed with the job. */
  readonly scratch: string;
  /** Kept by the API, so that the next attempt finds what this one has finished. */
  readonly store: Store;
}

interface Done {
  /** Paths of finished files. */
  readonly video: { readonly path: string; readonly contentType: string };
  readonly subtitles: { readonly path: string; readonly contentType: string } | undefined;
  readonly report: Report;
}

/** Does the work, or throws an OctaviaError; stops soon after the signal is aborted. */
export type Process = (work: Work, signal: AbortSignal, onEvent: (event: DubEvent) => void) => Promise<Done>;

export interface JobTools {
  readonly api: WorkerApi;
  readonly calls: Calls;
  readonly process: Process;
  /** Folder for private scratch folders. */
  readonly scratchRoot: string;
  readonly heartbeatTimes?: HeartbeatTimes;
  readonly downloadTimes?: Pick<Download, 'backoffMs' | 'timeoutMs'>;
  /** A job that takes longer fails. */
  readonly mostSeconds?: number;
  /** Keeps the job's task reserved in the queue. */
  readonly keep: () => Promise<void>;
}

export type Outcome = 'done' | 'failed' | 'lost' | 'handed back';

/** Faults in the file or the options: another attempt would fail the same way. */
const FINAL = /^(?:input|subtitles|language|policy|call)\./;

/** That the file cannot be fetched here says nothing about the file: its owner has seen it arrive. */
const isFinal = (code: ErrorCode) => FINAL.test(code) && code !== 'input.missing';

/** Works on one claimed job, from download to result. @param stop aborted when this worker has to stop */
export async function doJob(tools: JobTools, claim: Claim, stop: AbortSignal): Promise<Outcome> {
  const job: HeldJob = { id: claim.jobId, attempt: claim.attempt, token: claim.token };
  const lost = new AbortController();
  const late = lateness(tools.mostSeconds);
  const signal = AbortSignal.any([stop, lost.signal, late]);
  const listeners = { lost: () => lost.abort(), keep: tools.keep };
  const heartbeat = startHeartbeat(
    tools.api,
    job,
    listeners,
    tools.heartbeatTimes ?? heartbeatTimesFor(claim.leaseSeconds),
  );
  const scratch = await makeScratch(tools.scratchRoot);
  try {
    const onEvent = (event: DubEvent) => heartbeat.tell(event);
    const done = await dubDownloaded({ tools, claim, job, scratch: scratch.folder, signal, onEvent });
    // Hashing and sending gigabytes may outlast the lease, so the heartbeat continues until they have arrived.
    const result = await deliver(tools.api, job, done, signal);
    await heartbeat.stop();
    await tools.api.complete(job, result, signal);
    return 'done';
  } catch (error) {
    await heartbeat.stop();
    if (lost.signal.aborted || isLost(error)) return 'lost';
    const told =
      late.aborted && !stop.aborted ? new OctaviaError('policy.time') : toOctaviaError(error, stop);
    return await report(tools.api, job, told, handBackFor(error, stop));
  } finally {
    await scratch.remove();
  }
}

/** Aborted after this many seconds. Timers reach at most 2³¹ ms, some 24 days. */
function lateness(seconds = Infinity): AbortSignal {
  return AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1));
}

/** One attempt at a job, on this machine. */
interface Attempt {
  readonly tools: JobTools;
  readonly claim: Claim;
  readonly job: HeldJob;
  /** Folder for temporary files. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DubEvent) => void;
}

async function dubDownloaded({ tools, claim, job, scratch, signal, onEvent }: Attempt): Promise<Done> {
  const { input, wish } = claim;
  // A fixed name, never the user's, which is only for display.
  const path = join(scratch, 'input');
  await download({ url: input.url, path, bytes: input.bytes, ...tools.downloadTimes }, signal);
  const store = createRemoteStore(tools.calls, job, signal);
  const work = { jobId: job.id, input: { path, name: input.filename }, wish, scratch, store };
  return tools.process(work, signal, onEvent);
}

/** Sends the finished files. @returns the body of the call that completes the job */
async function deliver(api: WorkerApi, job: HeldJob, done: Done, signal: AbortSignal): Promise<Complete> {
  const send = async (file: Done['video'], stem: string) => {
    const name = `${stem}${/\.[A-Za-z0-9]{1,8}$/.exec(file.path)?.[0] ?? ''}`;
    return { name, sha256: await api.upload(job, { ...file, name }, signal) };
  };
  const video = await send(done.video, 'dub');
  const subtitles = done.subtitles && (await send(done.subtitles, 'subtitles'));
  const seconds = done.report.output.seconds;
  const report = { ...done.report };
  return compact({ video, subtitles, seconds, report });
}

/** Why the job is handed back, if it is: it is not at fault, so the attempt does not count. */
function handBackFor(error: unknown, stop: AbortSignal): Release | undefined {
  if (stop.aborted) return { reason: 'stopping' };
  return error instanceof SourceDown ? { reason: 'source_unreachable' } : undefined;
}

/** Reports why there is no result. A stop does not cancel this last call. */
async function report(
  api: WorkerApi,
  job: HeldJob,
  error: OctaviaError,
  handsBack: Release | undefined,
): Promise<Outcome> {
  const words = AbortSignal.timeout(30_000);
  try {
    if (handsBack) await api.release(job, handsBack, words);
    else {
      const { code, detail } = error;
      const fault = compact({ code, detail: detail?.slice(0, 2_000), final: isFinal(code) });
      await api.fail(job, fault, words);
    }
  } catch (failure) {
    // The API cannot be reached: the lease will run out, and the sweeper will do the rest.
    if (!isLost(failure) && !handsBack) throw failure;
    return 'lost';
  }
  return handsBack ? 'handed back' : 'failed';
}
