/** Bytes per second for planning uploads; a guess until this browser has sent something. */
export interface ExpectedUpload {
  readonly uploadBytesPerSecond?: number;
  readonly uploadIsGuess?: true;
}

const KEY = 'octavia.upload-speed';
/** Weight of the newest upload: connections change, and one upload may have hit a bad moment. */
const NEWEST = 0.3;
/** Chromium rounds `downlink` and caps it here, in Mbit/s (Network Information, W3C: against fingerprinting). */
const MOST_DOWNLINK = 10;
const BYTES_PER_MBIT = 125_000;

type Kept = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** Remembers the speed of an upload. */
export function noteUpload(bytesPerSecond: number, kept: Kept = localStorage): void {
  const before = knownSpeed(kept);
  const now = before === undefined ? bytesPerSecond : before * (1 - NEWEST) + bytesPerSecond * NEWEST;
  kept.setItem(KEY, String(Math.round(now)));
}

/**
 * The speed of earlier uploads. Before any, the browser's estimate: it covers only downloads, but hardly any connection
 * is faster for uploads, so a slow one is believed. Empty when nothing is known.
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
