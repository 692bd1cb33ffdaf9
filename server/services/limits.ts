import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OctaviaError } from '@octavia/pipeline/errors';

/** Whose requests are counted. */
type Who = 'user' | 'address' | 'worker';

/** Counters for each caller, in this process. Errors of both calls: `rate.limited`. */
export interface RateLimit {
  /** Counts a request. */
  (who: Who, name: string): Promise<void>;
  /**
   * Checks that an address may try another token: checking one takes time, so callers that keep failing have to wait.
   */
  mayTry(address: string): Promise<void>;
  /** Counts a refused token. */
  refused(address: string): Promise<void>;
}

/** Refused tokens that one address may have per minute. */
const REFUSED_TOKENS = 120;

/** @param perMinute requests that one caller of each kind may make per minute */
export function rateLimit(perMinute: Readonly<Record<Who, number>>): RateLimit {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: 60 });
  const limiters = {
    user: limiter(perMinute.user),
    address: limiter(perMinute.address),
    worker: limiter(perMinute.worker),
  };
  const refused = limiter(REFUSED_TOKENS);
  const count = async (limiter: RateLimiterMemory, name: string) => {
    try {
      await limiter.consume(name);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new OctaviaError('rate.limited');
    }
  };
  return Object.assign((who: Who, name: string) => count(limiters[who], name), {
    async mayTry(address: string) {
      const found = await refused.get(address);
      if (found && found.remainingPoints <= 0) throw new OctaviaError('rate.limited');
    },
    // This request is already being refused with its own error.
    refused: (address: string) => count(refused, address).catch(() => undefined),
  });
}
