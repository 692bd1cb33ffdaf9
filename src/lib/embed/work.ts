import { proxy, wrap } from 'comlink';
import { compact } from '@octavia/pipeline/compact';
import { OctaviaError } from '@octavia/pipeline/errors';
import type { DubEvent, DubRequest } from '@octavia/pipeline/job';
import { DEFAULTS, type Choices, type DubWish } from '@octavia/pipeline/wish';
import { inOwnWorker } from '$lib/host/one-task.ts';
import { fetchFile } from './clip.ts';
import type { Files } from './files.ts';
import type { EmbedDub, EmbedWorker } from './protocol.ts';

export interface Work {
  readonly files: Files;
  /** BCP-47; the source may be `auto`. */
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  /** Another embed on this page is working. */
  readonly onWait: () => void;
  /** `fraction` 0…1 of the dub itself; `bytes` fetched for it so far. */
  readonly onProgress: (fraction: number, bytes: number) => void;
}

export interface Dubbed extends EmbedDub {
  /** The clip it was made from. */
  readonly original: File;
}

/** The embeds of this server on one page work one after another. */
const LOCK = 'octavia.embed';

/**
 * Fetches a clip and dubs it in a worker, which then ends.
 * @throws OctaviaError `embed.*` while fetching, those of the pipeline's `dub`, `job.cancelled` once aborted
 */
export async function dubHere(work: Work): Promise<Dubbed> {
  const { signal, onWait } = work;
  try {
    return await inTurn(signal, onWait, () => dubNow(work));
  } catch (thrown) {
    throw signal.aborted ? new OctaviaError('job.cancelled') : thrown;
  }
}

/** A frame without storage has no locks either; then nobody waits. */
async function inTurn<T>(signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const held = await navigator.locks.query().catch(() => undefined);
  if (held === undefined) return work();
  if (held.held?.some(({ name }) => name === LOCK)) onWait();
  return navigator.locks.request(LOCK, { signal }, work);
}

async function dubNow({ files, from, to, signal, onProgress }: Work): Promise<Dubbed> {
  let bytes = 0;
  let fraction = 0;
  const onBytes = (more: number): void => onProgress(fraction, (bytes += more));
  const onEvent = (event: DubEvent): void => {
    if (event.type === 'progress') onProgress((fraction = Math.max(fraction, event.fraction)), bytes);
  };
  onProgress(0, 0);
  const original = await fetchFile(files.src, signal, onBytes);
  const subtitles =
    files.subtitles === undefined ? undefined : await fetchFile(files.subtitles, signal, onBytes);
  const request = await requestFor(from, to, subtitles);
  const dubbed = await inOwnWorker(
    () => new Worker(new URL('./embed.worker.ts', import.meta.url), { type: 'module' }),
    (worker) => wrap<EmbedWorker>(worker).dub(original, request, proxy(onEvent), proxy(onBytes)),
    signal,
  );
  return { ...dubbed, original };
}

async function requestFor(
  source: string,
  target: string,
  subtitles: File | undefined,
): Promise<Omit<DubRequest, 'input'>> {
  const choices = {
    ...DEFAULTS,
    source,
    target,
    audioTrack: undefined,
    consent: undefined,
    // Both sounds are already available.
    keepOriginal: false,
    subtitles: subtitles && {
      name: subtitles.name,
      bytes: new Uint8Array(await subtitles.arrayBuffer()),
    },
    glossary: undefined,
    doNotTranslate: undefined,
    edits: undefined,
  } satisfies Choices<DubWish>;
  return { ...compact(choices), jobId: crypto.randomUUID(), device: 'auto' };
}
