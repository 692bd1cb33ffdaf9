import type { Client } from '@octavia/server/client';

/** The user's identity for the cloud. */
export interface Session {
  /** A token that is valid for a while. @param renew the last one was refused */
  token(renew: boolean, signal: AbortSignal): Promise<string>;
}

/** A token is renewed this long before it expires, in milliseconds. */
const MARGIN_MS = 30_000;

/** The session that the server gives every browser, without signing in. @param ask sends calls without a token */
export function localSession(ask: Client): Session {
  let known: Promise<{ token: string; until: number }> | undefined;
  const open = async (signal: AbortSignal) => {
    const { token, expires_at } = await ask('POST /v1/session', {}, signal);
    return { token, until: Date.parse(expires_at) - MARGIN_MS };
  };
  return {
    async token(renew, signal) {
      const last = await known?.catch(() => undefined);
      if (renew || last === undefined || Date.now() > last.until) {
        known = open(signal).catch((thrown: unknown) => {
          known = undefined;
          throw thrown;
        });
      }
      return (await (known ?? open(signal))).token;
    },
  };
}
