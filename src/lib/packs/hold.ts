/** Releases what was held. */
export type Release = () => void;

/**
 * Holds a name for this worker or tab, across the whole origin; closing the tab also releases it.
 * @param onWait called once if another holds it
 * @throws the signal's reason when it is aborted while waiting
 */
export async function hold(name: string, signal: AbortSignal, onWait?: () => void): Promise<Release> {
  const release = await holdIfFree(name);
  if (release !== undefined) return release;
  onWait?.();
  return request(name, { signal });
}

/** Holds a name if nobody else does. */
export async function holdIfFree(name: string): Promise<Release | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Release | undefined>();
  navigator.locks
    .request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((release) => resolve(release));
    })
    .catch(reject);
  return promise;
}

function request(name: string, options: LockOptions): Promise<Release> {
  const { promise, resolve, reject } = Promise.withResolvers<Release>();
  navigator.locks
    .request(name, options, () => new Promise<void>((release) => resolve(release)))
    .catch(reject);
  return promise;
}
