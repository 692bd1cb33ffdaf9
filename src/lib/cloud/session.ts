import type { Client } from '@octavia/server/client';

/** Who the user is to the cloud. */
export interface Session {
  /**
   * A token that is good for a while.
   * @param renew the last one was refused
   */
  token(renew: boolean, signal: AbortSignal): Promise<string>;
}

/** A token is renewed this long before it ends, in milliseconds. */
const MARGIN_MS = 30_000;

/** The session that the server itself gives to every browser: nobody has to sign in. @param ask without a token */
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
