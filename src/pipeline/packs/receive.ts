import { compact } from '../compact.ts';
import { OctaviaError, throwIfAborted } from '../errors.ts';
import type { LockedPin } from '../lock.ts';
import { bytesInWords } from '../plan/words.ts';
import type { Announced } from './announce.ts';
import type { Arrival } from './arrival.ts';
import { backOff, Trouble, unlessStalled, type Patience } from './patience.ts';
import type { FetchResponse, PullPlatform } from './platform.ts';
import { placeholder, whatIsWrong } from './plausible.ts';
import { drop, pieces, request, requireFile } from './request.ts';
import { fileAddress, isCommit } from './source.ts';
import type { HubFile } from './wanted.ts';

/** Where to get a file, and what is known about it. */
export interface FileRequest {
  readonly host: string;
  readonly file: HubFile;
  readonly announced: Announced | undefined;
  readonly commit: string | undefined;
  readonly patience: Patience;
  /** Called with the bytes received so far, and with each problem before a retry. */
  readonly onBytes: (bytes: number) => void;
  readonly onTrouble: (message: string) => void;
}

/**
 * Fetches a file until it is complete and correct. A wrong one is fetched once more; if it is wrong in the same way
 * again, the source has changed.
 * Errors: `model.changed`, `model.damaged`, `model.unavailable`, `model.unreachable`, `storage.*`.
 */
export async function receive(
  platform: PullPlatform,
  source: FileRequest,
  arrival: Arrival,
  signal: AbortSignal,
): Promise<LockedPin> {
  const { file, announced } = source;
  const expected = file.sha256 ?? announced?.sha256;
  let before: LockedPin | undefined;
  for (;;) {
    const commit = await receiveWhole(platform, source, arrival, signal);
    const pin: LockedPin = { ...arrival.whole(), ...compact({ commit }) };
    const wrong = expected === undefined ? whatIsWrong(arrival, file.bytes) : undefined;
    if (expected === undefined ? wrong === undefined : pin.sha256 === expected) return pin;
    await arrival.restart();
    if (wrong !== undefined) throw implausible(source, wrong);
    if (before?.sha256 === pin.sha256) throw changed(source, `Its SHA-256 is ${pin.sha256}`);
    if (before !== undefined) throw damaged(source);
    before = pin;
    source.onTrouble('it arrived damaged');
  }
}

/**
 * Makes requests until all bytes have arrived, each from where the last one broke off.
 * @returns their commit, where the catalogue names a branch and the host says
 */
async function receiveWhole(
  platform: PullPlatform,
  source: FileRequest,
  arrival: Arrival,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { patience } = source;
  let commit = source.commit;
  const size = knownSize(source);
  let failures = 0;
  let most = arrival.bytes;
  if (!canGoOn(source, arrival)) await arrival.restart();
  while (size === undefined || arrival.bytes < size) {
    try {
      const told = await unlessStalled(platform, patience.stallSeconds, signal, (line, alive) =>
        receiveSome(platform, source, arrival, line, alive),
      );
      commit ??= told;
      if (size === undefined || arrival.bytes >= size) return commit;
      const wrong = placeholder(arrival);
      if (wrong !== undefined) {
        await arrival.restart();
        throw implausible(source, wrong);
      }
      throw new Trouble(`it ended after ${arrival.bytes} of ${size} bytes`);
    } catch (thrown) {
      throwIfAborted(signal);
      if (!(thrown instanceof Trouble)) throw thrown;
      failures = arrival.bytes > most ? 1 : failures + 1;
      most = Math.max(most, arrival.bytes);
      if (failures >= patience.failures) throw unreachable(source, arrival, thrown);
      source.onTrouble(thrown.message);
      await backOff(platform, patience, failures, thrown.waitSeconds, signal);
    }
  }
  return commit;
}

/** A partial file is useful only if we can tell that the rest belongs to the same content. */
function canGoOn({ file, announced }: FileRequest, { bytes, etag }: Arrival): boolean {
  const size = knownSize({ file, announced });
  if (size !== undefined && bytes > size) return false;
  return file.sha256 !== undefined || announced?.sha256 !== undefined || isStrong(etag);
}

/**
 * One request: the rest of the file, or all of it where the source no longer has the content we started.
 * @returns the commit that the host reports, for a branch
 */
async function receiveSome(
  platform: PullPlatform,
  source: FileRequest,
  arrival: Arrival,
  signal: AbortSignal,
  alive: () => void,
): Promise<string | undefined> {
  const { response, address } = await ask(platform, source, arrival, signal);
  if (response.status === 416) {
    await refuseRange(source, arrival, response);
    return undefined;
  }
  await requireFile(response, address);
  const etag = response.headers.get('etag') ?? undefined;
  if (response.status === 206) await checkRange(source, arrival, response, etag);
  else await arrival.restart(etag);
  const size = knownSize(source);
  for await (const piece of pieces(response, signal)) {
    alive();
    if (size !== undefined && arrival.bytes + piece.length > size) {
      await arrival.restart();
      throw changed(source, `It is longer than ${size} bytes`);
    }
    await arrival.append(piece);
    source.onBytes(arrival.bytes);
  }
  const length = Number(response.headers.get('content-length') ?? 0);
  // A body that was compressed in transit is longer than its Content-Length, never shorter.
  if (response.status === 200 && arrival.bytes < length) throw new Trouble('the connection broke');
  const commit = response.headers.get('x-repo-commit');
  return !isCommit(source.file.hub.revision) && isCommit(commit) ? commit : undefined;
}

/** Asks for the file at its commit, or at the branch where the host does not know commits, like simple mirrors. */
async function ask(
  platform: PullPlatform,
  { host, file: { hub, path }, commit }: FileRequest,
  arrival: Arrival,
  signal: AbortSignal,
): Promise<{ response: FetchResponse; address: string }> {
  const headers = headersFor(arrival);
  if (commit !== undefined) {
    const address = fileAddress(host, { ...hub, revision: commit }, path);
    const response = await request(platform.fetch, address, headers, signal);
    if (response.status !== 404) return { response, address };
    await drop(response);
  }
  const address = fileAddress(host, hub, path);
  return { response: await request(platform.fetch, address, headers, signal), address };
}

function headersFor({ bytes, etag }: Arrival): Record<string, string> {
  // With compression, ranges would refer to something else.
  const plain = { 'Accept-Encoding': 'identity' };
  if (bytes === 0) return plain;
  // RFC 9110, 13.1.5: "A client MUST NOT generate an If-Range header field containing an entity tag that is
  // marked as weak."
  const condition = isStrong(etag) ? { 'If-Range': etag } : {};
  return { ...plain, Range: `bytes=${bytes}-`, ...condition };
}

function isStrong(etag: string | undefined): etag is string {
  return etag?.startsWith('"') === true;
}

/** Our partial file is longer than the source's, or just as long. */
async function refuseRange(source: FileRequest, arrival: Arrival, response: FetchResponse): Promise<void> {
  await drop(response);
  const total = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  const size = knownSize(source);
  if (size === undefined && Number(total) === arrival.bytes) return;
  await arrival.restart();
  if (total !== undefined && size !== undefined && Number(total) !== size) {
    throw changed(source, `It has ${total} bytes instead of ${size}`);
  }
  throw new Trouble('it has no such range');
}

/** A range must continue where we are, in the same content. */
async function checkRange(
  source: FileRequest,
  arrival: Arrival,
  response: FetchResponse,
  etag: string | undefined,
): Promise<void> {
  const [, start, total] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  const size = knownSize(source);
  const other = etag !== undefined && arrival.etag !== undefined && etag !== arrival.etag;
  if (!other && Number(start) === arrival.bytes && (size === undefined || !total || Number(total) === size)) {
    return;
  }
  await drop(response);
  await arrival.restart();
  if (!other && size !== undefined && Number(total) !== size && /^\d+$/.test(total ?? '')) {
    throw changed(source, `It has ${total} bytes instead of ${size}`);
  }
  throw new Trouble('its content changed during the download');
}

function knownSize({ file, announced }: Pick<FileRequest, 'file' | 'announced'>): number | undefined {
  return file.approximate ? announced?.bytes : file.bytes;
}

function changed({ file, host }: FileRequest, what: string): OctaviaError {
  const recorded = file.sha256 === undefined ? 'what the host announces' : 'what is recorded';
  return new OctaviaError(
    'model.changed',
    `${file.key} from ${host} is not ${recorded}. ${what}. Nothing was replaced: try another host, or, if the change is meant, remove the file's entry from the lock file and pull again.`,
  );
}

function implausible({ file, host }: FileRequest, wrong: string): OctaviaError {
  return new OctaviaError(
    'model.damaged',
    `${file.key} from ${host} ${wrong}. It was not recorded: the host may have a placeholder in its place. Try another one.`,
  );
}

function damaged({ file, host }: FileRequest): OctaviaError {
  return new OctaviaError(
    'model.damaged',
    `${file.key} arrived from ${host} damaged twice, in different ways. Check the connection, or try another host.`,
  );
}

function unreachable({ host, file }: FileRequest, arrival: Arrival, cause: Trouble): OctaviaError {
  const kept = arrival.bytes > 0 ? ` The ${bytesInWords(arrival.bytes)} that arrived are kept.` : '';
  return new OctaviaError(
    'model.unreachable',
    `${host}: ${cause.message} (${file.path}).${kept} Check the network and try again, set a mirror in OCTAVIA_MODEL_HOST, or import the files from a folder.`,
    { cause },
  );
}
