import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expose, transferHandlers } from 'comlink';
import { keepErrorCodes } from '@octavia/pipeline/seam';
import { pipeEndpoint } from './channel.ts';
import { CALLS } from './pipes.ts';

/** Answers calls from the process that started this one, and ends with it. */
export function serveParent(api: object): void {
  keepErrorCodes(transferHandlers);
  new Worker(new URL('./watch.worker.ts', import.meta.url), { execArgv: [] });
  expose(api, pipeEndpoint(new Socket({ fd: CALLS, readable: true, writable: true })));
}
