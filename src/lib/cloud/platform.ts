import type { Send } from '@octavia/server/send';
import { jobFile } from '../host/files.ts';
import { handleOf, openHandle } from '../host/handles.ts';
import type { Account } from './account.svelte.ts';
import { pageSend } from './calls.ts';
import { browserClock, type CloudClock } from './clock.ts';
import { handOver } from './handover.ts';
import { browserUploads, type UploadStore } from './records.ts';
import type { Session } from './session.ts';
import { sendFile, type SendFile } from './tus.ts';

/** The parts of an account that the page uses. */
export type UserAccount = Pick<Account, 'name' | 'signInUrl' | 'signOut' | 'token'>;

/** What the page's cloud code needs from the browser. */
export interface CloudPlatform {
  /** How calls are sent. @param session undefined: without a token */
  readonly send: (session: Session | undefined) => Send;
  readonly sendFile: SendFile;
  readonly uploads: UploadStore;
  /** Small notes that outlast the visit. */
  readonly notes: Pick<Storage, 'getItem' | 'setItem'>;
  readonly clock: CloudClock;
  /** Runs work while no other tab runs work of that name. */
  readonly alone: <T>(name: string, work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly handOver: typeof handOver;
  readonly handleOf: typeof handleOf;
  readonly openHandle: typeof openHandle;
  readonly jobFile: typeof jobFile;
  /** Errors: Refusal `cloud.no_sign_in`. @param onchange told whenever somebody has signed in or out */
  readonly openAccount: (publishableKey: string, onchange: () => void) => Promise<UserAccount>;
}

export function browserPlatform(): CloudPlatform {
  return {
    send: pageSend,
    sendFile,
    uploads: browserUploads,
    // Accessed only when needed: a sandboxed frame has none.
    notes: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
    },
    clock: browserClock,
    alone: async (name, work, signal) => navigator.locks.request(name, { signal }, work),
    handOver,
    handleOf,
    openHandle,
    jobFile,
    async openAccount(publishableKey, onchange) {
      const { Account } = await import('./account.svelte.ts');
      return Account.open(publishableKey, onchange);
    },
  };
}
