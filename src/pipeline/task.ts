/** What long work is given beside its data. */
export interface Task<Ports> {
  /** The ports of the host that it needs. */
  readonly host: Ports;
  readonly signal: AbortSignal;
  /** Told the fraction done, 0…1. */
  readonly onProgress?: (fraction: number) => void;
}
