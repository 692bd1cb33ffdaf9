import { Clerk, isClerkAPIResponseError } from '@clerk/clerk-js/no-rhc';
import { Refusal } from '@octavia/server/send';
import type { Session } from './session.ts';

/**
 * The user's account at Clerk, for a cloud that asks for one. Signing in happens on the pages that Clerk hosts for the
 * operator, in a separate tab: none of their scripts run in this page, and nothing started here is lost. The `no-rhc`
 * build loads no further scripts.
 */
export class Account implements Session {
  /** The user's name, e.g. an email address; undefined while nobody is signed in. */
  name = $state<string>();
  /** Where to sign in, ready for a link. */
  readonly signInUrl: string;
  readonly #clerk: Clerk;

  private constructor(clerk: Clerk, onchange: () => void) {
    this.#clerk = clerk;
    const tabs = new BroadcastChannel('octavia.account');
    this.signInUrl = clerk.buildSignInUrl({ redirectUrl: `${location.origin}/jobs` });
    clerk.addListener(({ user, session }) => {
      const name = session?.status === 'active' && user ? nameOf(user) : undefined;
      if (name === this.name) return;
      this.name = name;
      onchange();
      if (name !== undefined) tabs.postMessage(name);
    });
    // Signing in in another tab signs this one in too.
    tabs.addEventListener('message', () => void this.#lookAgain());
    document.addEventListener('visibilitychange', () => void this.#lookAgain());
  }

  /**
   * @param publishableKey `pk_live_…`; names the instance; not a secret
   * @param onchange called whenever somebody has signed in or out
   * Errors: Refusal `cloud.no_sign_in`.
   */
  static async open(publishableKey: string, onchange: () => void): Promise<Account> {
    try {
      const clerk = new Clerk(publishableKey);
      await clerk.load({ telemetry: false });
      return new Account(clerk, onchange);
    } catch (cause) {
      throw new Refusal('cloud.no_sign_in', 0, undefined, { cause });
    }
  }

  /** Errors: Refusal `auth.sign_in` while nobody is signed in, `cloud.no_sign_in` while Clerk is not reached. */
  async token(renew: boolean): Promise<string> {
    const token = await this.#clerk.session?.getToken({ skipCache: renew }).catch((cause: unknown) => {
      // The session was ended elsewhere.
      if (isClerkAPIResponseError(cause) && cause.status < 500) return undefined;
      throw new Refusal('cloud.no_sign_in', 0, undefined, { cause });
    });
    if (!token) throw new Refusal('auth.sign_in', 401);
    return token;
  }

  async signOut(): Promise<void> {
    // With a callback, Clerk does not navigate.
    await this.#clerk.signOut(() => undefined);
  }

  async #lookAgain(): Promise<void> {
    const { client } = this.#clerk;
    if (document.visibilityState !== 'visible' || this.name !== undefined || client === undefined) return;
    try {
      const { lastActiveSessionId } = await client.reload();
      if (lastActiveSessionId) await this.#clerk.setActive({ session: lastActiveSessionId });
    } catch {
      // Clerk cannot be reached: the next check asks again, and until then nobody is signed in.
    }
  }
}

function nameOf(user: NonNullable<Clerk['user']>): string {
  return user.primaryEmailAddress?.emailAddress ?? user.username ?? user.fullName ?? user.id;
}
