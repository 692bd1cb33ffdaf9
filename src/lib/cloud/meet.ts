import { createClient, type AnswerOf } from '@octavia/server/client';
import { Refusal } from '@octavia/server/send';
import type { CloudPlatform, UserAccount } from './platform.ts';
import { localSession, type Session } from './session.ts';

export type Offer = AnswerOf<'GET /v1/offer'>;

/** A cloud, and the user's identity there. */
export interface Met {
  /** Null where there is no cloud for this page. */
  readonly offer: Offer | null;
  readonly session: Session | undefined;
  /** Where the cloud asks for an account. */
  readonly account: UserAccount | undefined;
}

const NONE: Met = { offer: null, session: undefined, account: undefined };

/**
 * Asks whether there is a cloud, and on what terms; sends no user data.
 * @param onAccountChange called whenever somebody has signed in or out
 * Errors: Refusal.
 */
export async function meetCloud(
  { send, openAccount }: Pick<CloudPlatform, 'send' | 'openAccount'>,
  onAccountChange: () => void,
): Promise<Met> {
  const anonymous = createClient(send(undefined));
  const offer = await anonymous('GET /v1/offer', {}, new AbortController().signal).catch(
    (thrown: unknown) => {
      // A plain web server that serves only the page.
      if (!(thrown instanceof Refusal) || thrown.status !== 404) throw thrown;
      return null;
    },
  );
  if (offer === null) return NONE;
  if (offer.sign_in.kind === 'local') return { offer, session: localSession(anonymous), account: undefined };
  const { publishable_key: key } = offer.sign_in;
  // Without the key a page cannot sign in: this cloud serves other programs.
  if (key === null) return NONE;
  const account = await openAccount(key, onAccountChange);
  return { offer, session: account, account };
}
