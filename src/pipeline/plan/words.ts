/** Seconds in words, rounded as people say them: "8 s", "about 3 min", "about 1 h 20 min". */
export function durationInWords(seconds: number): string {
  if (seconds < 55) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${Math.max(1, minutes)} min`;
  const rounded = Math.round(minutes / 5) * 5;
  const rest = rounded % 60;
  return `about ${Math.floor(rounded / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Bytes in words, decimal units: "980 kB", "43 MB", "1.2 GB". */
export function bytesInWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A speed in bytes per second, in the units of internet providers: "10 Mbit/s", "0.4 Mbit/s". */
export function bitRateInWords(bytesPerSecond: number): string {
  const rate = (bytesPerSecond * 8) / 1e6;
  return `${rate < 10 ? Number(rate.toFixed(1)) : Math.round(rate)} Mbit/s`;
}
