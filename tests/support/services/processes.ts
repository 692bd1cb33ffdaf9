import { spawnSync } from 'node:child_process';

/** Processes that another one has started and that have not ended, as `ps` shows them. */
export function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,comm='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, state, name]) => Number(ppid) === parent && state?.[0] !== 'Z' && name !== 'ps')
    .map(([pid]) => Number(pid));
}
