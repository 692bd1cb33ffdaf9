/** File descriptors of a process that {@link startProcess} made. */
export const CALLS = 3;
/** Says that the other side is gone, by closing; carries how much memory the process uses. */
export const WATCHED = 4;
