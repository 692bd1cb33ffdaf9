import { parentPort } from 'node:worker_threads';
import { toOctaviaError } from '@octavia/pipeline/errors';
import { makeFiles } from '@octavia/pipeline/packs/make';
import type { MakeCall, MakeReply } from './make.ts';

async function answer({ order, parts }: MakeCall): Promise<MakeReply> {
  try {
    return { files: await makeFiles(order, parts) };
  } catch (thrown) {
    return { error: toOctaviaError(thrown).toJSON() };
  }
}

parentPort?.on('message', (call: MakeCall) => {
  void answer(call).then((reply) => parentPort?.postMessage(reply));
});
