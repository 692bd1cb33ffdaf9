import { CLONED } from '@octavia/pipeline/stages/synthesise/sealed';
import { Refusal, type Send } from '@octavia/server/send';
import { createOpfsStore } from '$lib/host/store.ts';

/** Bytes of one request; the server takes 16 MiB. */
const BATCH_BYTES = 8 * 2 ** 20;

/**
 * Sends what a job on this device has finished to its successor in the cloud, so that only the rest is computed: both
 * hosts name finished work by the hash of its inputs. Cloned speech stays here: only this device had its key.
 * Errors: Refusal.
 */
export async function handOver(
  fromJob: string,
  jobId: string,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const store = createOpfsStore();
  const prefix = `${fromJob}/`;
  let form = new FormData();
  let bytes = 0;
  const sendBatch = async (last: boolean) => {
    const [path, batch] = [`/v1/jobs/${jobId}/handover?last=${last}`, form];
    await send({ method: 'POST', path, body: () => batch, timeoutMs: Infinity }, signal);
    form = new FormData();
    bytes = 0;
  };
  try {
    const keys = await store.list(prefix);
    for (const key of keys.filter((one) => !one.startsWith(`${prefix}${CLONED}`))) {
      const value = await store.get(key);
      if (value === undefined) continue;
      if (bytes > 0 && bytes + value.byteLength > BATCH_BYTES) await sendBatch(false);
      form.append(key.slice(prefix.length), new Blob([new Uint8Array(value)]), 'part');
      bytes += value.byteLength;
    }
    await sendBatch(true);
  } catch (thrown) {
    // The job was already passed to the workers: in an earlier visit, or because this took too long.
    if (!(thrown instanceof Refusal) || thrown.code !== 'job.fenced') throw thrown;
  }
}
