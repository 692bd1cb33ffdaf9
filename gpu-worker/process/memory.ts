/** Memory of the processes started here, by process id, as each last reported it. */
const children = new Map<number, number>();
let peak = 0;

/** Peak memory so far of this process and those it started, together, in bytes. */
export function peakMemoryBytes(): number {
  // In kilobytes, for this process with its threads (getrusage); ffmpeg's processes are not included.
  return Math.max(peak, process.resourceUsage().maxRSS * 1024);
}

/** @param bytes that a process started here uses now */
export function noteMemory(pid: number, bytes: number): void {
  children.set(pid, bytes);
  const together = [...children.values()].reduce((sum, each) => sum + each, process.memoryUsage.rss());
  peak = Math.max(peak, together);
}

/** Records that it has ended. */
export function forgetMemory(pid: number): void {
  children.delete(pid);
}
