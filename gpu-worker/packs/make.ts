import { Worker } from 'node:worker_threads';
import { OctaviaError, type ErrorData } from '@octavia/pipeline/errors';
import type { PullPlatform } from '@octavia/pipeline/packs/platform';
import type { Contents, MakeOrder } from '@octavia/pipeline/packs/make';

/** What a maker's thread receives, and what it answers. */
export interface MakeCall {
  readonly order: MakeOrder;
  readonly parts: Contents;
}
export type MakeReply = { readonly files: Contents } | { readonly error: ErrorData };

/** Makes files in a separate thread: some recipes take seconds, and a server must keep answering. */
export const makeInThread: PullPlatform['make'] = async ({ recipe, options = {} }, parts, signal) => {
  const worker = new Worker(new URL('./make.worker.ts', import.meta.url), { execArgv: [] });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const reply = await new Promise<MakeReply>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new OctaviaError('job.cancelled')));
      worker.postMessage({ order: { recipe, options }, parts } satisfies MakeCall);
    });
    if ('files' in reply) return reply.files;
    throw new OctaviaError(reply.error.code, reply.error.detail);
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
};
