/** What long-running work gets besides its data. */
export interface Task<Ports> {
  /** The ports of the host that it needs. */
  readonly host: Ports;
  readonly signal: AbortSignal;
  /** Called with the fraction done, 0…1. */
  readonly onProgress?: (fraction: number) => void;
}
