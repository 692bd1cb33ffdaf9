import type { ChildProcess } from 'node:child_process';

/**
 * Ends a program with everything it started. On POSIX systems it must lead a process group (`detached`).
 * @returns false when it has already ended
 */
export function endGroup(child: ChildProcess, how: NodeJS.Signals = 'SIGKILL'): boolean {
  if (child.pid === undefined || process.platform === 'win32') return child.kill(how);
  try {
    return process.kill(-child.pid, how);
  } catch {
    return false;
  }
}
