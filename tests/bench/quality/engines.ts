import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrap } from 'comlink';
import type { Engines } from '@octavia/pipeline';
import type { EngineApi } from '@octavia/pipeline/families/engine';
import { hostEngines } from '@octavia/pipeline/engines/hosted';
import { engineHost } from '../../../gpu-worker/adapters/engines.ts';
import { startProcess } from '../../../gpu-worker/process/start.ts';
import type { NodeHost } from '../../../gpu-worker/host.ts';

const ENGINE = new URL('../../../gpu-worker/adapters/engines.process.ts', import.meta.url);
/** Linux counts processor time in hundredths of a second (sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** What an engine's process has used so far. */
export interface Used {
  /** Of all its threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Engines whose processes can be looked at; on Linux, as /proc tells. */
export function watchedEngines(host: NodeHost): { readonly engines: Engines; used(): Used } {
  let pid: number | undefined;
  const folder = join(import.meta.dirname, '../../../static/models');
  const engines = hostEngines({
    ...engineHost(host.models, folder),
    // One of each kind, so that the last process is all of it.
    recognisers: 1,
    spawn() {
      const started = startProcess(ENGINE);
      pid = started.pid;
      return { api: wrap<EngineApi>(started.endpoint), failed: started.failed, terminate: started.kill };
    },
  });
  return { engines, used: () => usedBy(pid) };
}

function usedBy(pid: number | undefined): Used {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // After the name in brackets, which may hold spaces, the fields from the third on; proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    peakBytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024,
  };
}
