/** Bytes a second by which uploads are planned; a guess until this browser has sent something. */
export interface ExpectedUpload {
  readonly uploadBytesPerSecond?: number;
  readonly uploadIsGuess?: true;
}

const KEY = 'octavia.upload-speed';
/** Weight of the newest upload: a line changes, and one upload may have been a bad moment. */
const NEWEST = 0.3;
/** Chromium rounds `downlink` and ends it here, in Mbit/s (Network Information, W3C: against fingerprinting). */
const MOST_DOWNLINK = 10;
const BYTES_PER_MBIT = 125_000;

type Kept = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** Remembers what an upload has achieved. */
export function noteUpload(bytesPerSecond: number, kept: Kept = localStorage): void {
  const before = knownSpeed(kept);
  const now = before === undefined ? bytesPerSecond : before * (1 - NEWEST) + bytesPerSecond * NEWEST;
  kept.setItem(KEY, String(Math.round(now)));
}

/**
 * What earlier uploads achieved. Before any, the browser's view of the line: it tells only how fast things come, and
 * hardly any line is faster the other way, so a slow one is believed. Empty when there is nothing to go by.
 * @param connection `navigator.connection`, where the browser has it
 */
export function expectedUpload(
  kept: Kept = localStorage,
  connection = (navigator as { connection?: { readonly downlink?: number } }).connection,
): ExpectedUpload {
  const known = knownSpeed(kept);
  if (known !== undefined) return { uploadBytesPerSecond: known };
  const { downlink = 0 } = connection ?? {};
  if (!(downlink > 0 && downlink < MOST_DOWNLINK)) return {};
  return { uploadBytesPerSecond: downlink * BYTES_PER_MBIT, uploadIsGuess: true };
}

function knownSpeed(kept: Kept): number | undefined {
  const value = Number(kept.getItem(KEY));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
