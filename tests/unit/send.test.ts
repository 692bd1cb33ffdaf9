import { afterEach, expect, it, vi } from 'vitest';
import { ERRORS } from '@octavia/pipeline/error-codes';
import { OctaviaError } from '@octavia/pipeline/errors';
import { createSend, Refusal } from '../../server/send.ts';
import { explain } from '../../src/lib/ui/messages.ts';

const never = new AbortController().signal;
const LINE = { origin: 'https://api.test', timeoutMs: 5_000, retries: 2, backoffMs: 1 };
const CALL = { method: 'GET', path: '/v1/jobs' } as const;

afterEach(() => vi.unstubAllGlobals());

/** A server that gives these answers, one after another. */
function server(...answers: (() => Response)[]) {
  const asked: (string | null)[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get('authorization'));
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('no line'));
  });
  return asked;
}

const refused = (status: number, error: object) => () => Response.json({ error }, { status });

it('trouble that may pass is tried again, and a token that is no longer taken renewed once', async () => {
  const asked = server(
    refused(503, { code: 'unavailable' }),
    refused(401, { code: 'auth.required' }),
    () => new Response('yes'),
  );
  const token = (_: unknown, renew: boolean) => Promise.resolve(renew ? 'new' : 'old');
  expect(await (await createSend({ ...LINE, token })(CALL, never)).text()).toBe('yes');
  expect(asked).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
});

it('a refusal is one error with the code, status and detail of the answer, and is not tried again', async () => {
  const asked = server(refused(409, { code: 'job.fenced', message: 'Lost.', detail: 'by w1' }));
  const error = await createSend(LINE)(CALL, never).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toBeInstanceOf(OctaviaError);
  expect(error).toMatchObject({ code: 'job.fenced', status: 409, detail: 'by w1' });
  expect(asked).toHaveLength(1);
});

it('a code from a newer server, an answer that is not the API’s, and no answer have codes of their own', async () => {
  const codeAfter = (...answers: (() => Response)[]) => {
    server(...answers);
    return createSend(LINE)(CALL, never).catch((thrown: unknown) => (thrown as Refusal).toJSON());
  };
  expect(await codeAfter(refused(402, { code: 'credit.used_up' }))).toEqual({
    code: 'cloud.refused',
    detail: 'credit.used_up',
  });
  const page = () => new Response('<html>', { status: 404 });
  expect(await codeAfter(page)).toEqual({ code: 'cloud.unreachable' });
  expect(await codeAfter()).toEqual({ code: 'cloud.unreachable' });
});

it('an abort ends the wait for the next try with the reason of the signal', async () => {
  server();
  const stop = new AbortController();
  const sending = createSend({ ...LINE, backoffMs: 60_000 })(CALL, stop.signal);
  const reason = new Error('enough');
  stop.abort(reason);
  await expect(sending).rejects.toBe(reason);
});

it('the page has words for every code, and none for what is no code', () => {
  for (const [code, { message }] of Object.entries(ERRORS)) {
    const { title, next } = explain(code);
    expect(title).toBe(message);
    expect(next).toMatch(/[.!]$/);
  }
  expect(explain('toString').title).toBe(ERRORS.internal.message);
});
