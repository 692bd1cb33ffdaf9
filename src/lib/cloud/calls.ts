import { createSend, type Send } from '@octavia/server/send';
import type { Session } from './session.ts';

/** architecture.md: page → API 8 s, 3 retries, exponential. */
const LINE = { origin: '', timeoutMs: 8_000, retries: 3, backoffMs: 500 } as const;

/** How the page sends its calls. @param session undefined: without a token */
export function pageSend(session: Session | undefined): Send {
  return createSend({
    ...LINE,
    ...(session && { token: (_, renew, signal) => session.token(renew, signal) }),
  });
}
