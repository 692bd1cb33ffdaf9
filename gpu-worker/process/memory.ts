/** What the processes that were started here use, by process id, as each has told last. */
const children = new Map<number, number>();
let peak = 0;

/** Most memory that this process and the ones it started used at the same time so far, in bytes. */
export function peakMemoryBytes(): number {
  // In kilobytes, of this process with its threads (getrusage); ffmpeg's own processes are not in it.
  return Math.max(peak, process.resourceUsage().maxRSS * 1024);
}

/** @param bytes what a process that was started here uses now */
export function noteMemory(pid: number, bytes: number): void {
  children.set(pid, bytes);
  const together = [...children.values()].reduce((sum, each) => sum + each, process.memoryUsage.rss());
  peak = Math.max(peak, together);
}

/** That it has ended. */
export function forgetMemory(pid: number): void {
  children.delete(pid);
}
