/** Who is calling, as a verified session token says. */
export interface Identity {
  readonly userId: string;
  readonly sessionId: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Where sessions come from: Clerk, or this server itself. Both issue RS256 session tokens of one shape. */
export interface IdentityProvider {
  readonly kind: 'clerk' | 'local';
  /** Errors: `auth.required`, `unavailable`. */
  verify(token: string): Promise<Identity>;
}
