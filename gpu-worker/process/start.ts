import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { transferHandlers, type Endpoint } from 'comlink';
import { keepErrorCodes } from '@octavia/pipeline/seam';
import { pipeEndpoint } from './channel.ts';
import { endGroup } from './group.ts';
import { forgetMemory, noteMemory } from './memory.ts';
import { CALLS, WATCHED } from './pipes.ts';

/** What graphics drivers, the loader and temporary files need; no other variables are passed on. */
const ENVIRONMENT =
  /^(PATH|LD_LIBRARY_PATH|DYLD_.*|CUDA_.*|NVIDIA_.*|VK_.*|XDG_RUNTIME_DIR|TMPDIR|TEMP|TMP|SystemRoot)$/;
/** Characters kept of a process's last output. */
const LAST_WORDS = 500;

keepErrorCodes(transferHandlers);

/** One of our processes that serves calls. */
export interface OwnProcess {
  readonly pid: number | undefined;
  readonly endpoint: Endpoint;
  /** Rejects when it ends, for whatever reason; never resolves. */
  readonly failed: Promise<never>;
  /** Ends it at once, with everything it started. */
  readonly kill: () => void;
}

/**
 * Starts one of our programs in a new process. It leads a process group, so that a Ctrl-C meant for us does not reach
 * it, and ends when this process is gone.
 * @param program calls `serveParent()`
 */
export function startProcess(program: URL): OwnProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => ENVIRONMENT.test(name))),
    detached: true,
    windowsHide: true,
  });
  let words = '';
  (child.stderr as Readable)
    .setEncoding('utf8')
    .on('data', (text: string) => (words = (words + text).slice(-LAST_WORDS)));
  (child.stdio[WATCHED] as Duplex)
    .on('error', () => undefined)
    .on('data', (words: Buffer) => note(child.pid, words));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (child.pid !== undefined) forgetMemory(child.pid);
      const how = signal ?? `code ${code}`;
      reject(new Error(`its process ended with ${how}${words && `: ${words.trim()}`}`));
    });
  });
  failed.catch(() => undefined);
  return {
    pid: child.pid,
    endpoint: pipeEndpoint(child.stdio[CALLS] as Duplex),
    failed,
    kill: () => void endGroup(child),
  };
}

/** Receives the reports of watch.worker.ts. */
function note(pid: number | undefined, words: Buffer): void {
  const bytes = Number(words.toString().trim().split('\n').at(-1));
  if (pid !== undefined && bytes > 0) noteMemory(pid, bytes);
}
