import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OctaviaError } from '@octavia/pipeline/errors';

/** Whose requests are counted. */
type Who = 'user' | 'address' | 'worker';

/** Counts a request, in this process. Errors: `rate.limited`. */
export type RateLimit = (who: Who, name: string) => Promise<void>;

/** @param perMinute requests that one of each kind may make in a minute */
export function rateLimit(perMinute: Readonly<Record<Who, number>>): RateLimit {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: 60 });
  const limiters = {
    user: limiter(perMinute.user),
    address: limiter(perMinute.address),
    worker: limiter(perMinute.worker),
  };
  return async (who, name) => {
    try {
      await limiters[who].consume(name);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw new OctaviaError('rate.limited');
    }
  };
}
