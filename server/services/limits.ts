import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OctaviaError } from '@octavia/pipeline/errors';

/** Whose requests are counted. */
type Who = 'user' | 'address' | 'worker';

/** What is counted of each, in this process. Errors of both calls: `rate.limited`. */
export interface RateLimit {
  /** Counts a request. */
  (who: Who, name: string): Promise<void>;
  /** Whether an address may try another token: checking one takes time, so who keeps failing has to wait. */
  mayTry(address: string): Promise<void>;
  /** Counts a token that was refused. */
  refused(address: string): Promise<void>;
}

/** Tokens of one address that may be refused in a minute. */
const REFUSED_TOKENS = 120;

/** @param perMinute requests that one of each kind may make in a minute */
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
    // The request that is refused already gets its own answer.
    refused: (address: string) => count(refused, address).catch(() => undefined),
  });
}
