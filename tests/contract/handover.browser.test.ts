import { afterEach, expect, it, vi } from 'vitest';
import { createSend } from '@octavia/server/send';
import { handOver } from '../../src/lib/cloud/handover.ts';
import { createOpfsStore } from '../../src/lib/host/store.ts';

const send = createSend({ origin: '', timeoutMs: 8_000, retries: 0, backoffMs: 1 });
const never = new AbortController().signal;

afterEach(async () => {
  vi.unstubAllGlobals();
  await createOpfsStore().delete('here/');
});

it('brings what was finished, and leaves what was said with cloned voices, which nobody else could open', async () => {
  const store = createOpfsStore();
  const finished = [`spans-${'0'.repeat(32)}.json`, `${'1'.repeat(32)}.pcm`];
  for (const name of [...finished, `cloned/${'2'.repeat(32)}.pcm`]) {
    await store.put(`here/${name}`, new TextEncoder().encode(name));
  }
  const sent: [string, string][] = [];
  vi.stubGlobal('fetch', async (path: string, { body }: { body: FormData }) => {
    for (const [name, value] of body) sent.push([name, await (value as File).text()]);
    return new Response(null, { status: path.endsWith('/v1/jobs/there/handover?last=true') ? 204 : 500 });
  });
  await handOver('here', 'there', send, never);
  expect(sent.sort()).toEqual(finished.map((name) => [name, name]).sort());
});
