import { CLONED } from '@octavia/pipeline/stages/synthesise/clone';
import { createOpfsStore } from '$lib/host/store.ts';
import { authorised, mayPass, pause } from './calls.ts';
import { CloudRefusal } from './refusal.ts';
import type { Session } from './session.ts';

/** Bytes of one request; the server takes 16 MiB. */
const BATCH_BYTES = 8 * 2 ** 20;
const RETRIES = 3;
const BACKOFF_MS = 1_000;

/**
 * Brings what a job on this device has finished to its successor in the cloud, so that only the rest is computed:
 * both hosts name finished work by the hash of what it depends on. What was said with cloned voices stays: its key
 * was this device's alone. Errors: CloudRefusal.
 */
export async function handOver(
  fromJob: string,
  jobId: string,
  session: Session | undefined,
  signal: AbortSignal,
): Promise<void> {
  const store = createOpfsStore();
  const prefix = `${fromJob}/`;
  let form = new FormData();
  let bytes = 0;
  const send = async (last: boolean) => {
    await sendBatch(`/v1/jobs/${jobId}/handover?last=${last}`, form, session, signal);
    form = new FormData();
    bytes = 0;
  };
  try {
    const keys = await store.list(prefix);
    for (const key of keys.filter((one) => !one.startsWith(`${prefix}${CLONED}`))) {
      const value = await store.get(key);
      if (value === undefined) continue;
      if (bytes > 0 && bytes + value.byteLength > BATCH_BYTES) await send(false);
      form.append(key.slice(prefix.length), new Blob([new Uint8Array(value)]), 'part');
      bytes += value.byteLength;
    }
    await send(true);
  } catch (thrown) {
    // The job was given to the workers already: in an earlier visit, or because this took too long.
    if (!(thrown instanceof CloudRefusal) || thrown.code !== 'job.fenced') throw thrown;
  }
}

async function sendBatch(
  path: string,
  body: FormData,
  session: Session | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (let retries = 0; ; retries++) {
    try {
      await authorised(path, { method: 'POST', body }, session, signal);
      return;
    } catch (thrown) {
      if (!(thrown instanceof CloudRefusal) || !mayPass(thrown) || retries === RETRIES) throw thrown;
    }
    await pause(BACKOFF_MS * 2 ** retries, signal);
  }
}
