/** File descriptors of a process started by {@link startProcess}. */
export const CALLS = 3;
/** Reports the process's memory use; its closing means that the other side is gone. */
export const WATCHED = 4;
