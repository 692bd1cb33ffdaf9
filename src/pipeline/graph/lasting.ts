import type { ModelEntry } from '../catalogue.ts';
import type { Device, Inference, Session } from '../ports.ts';

/**
 * Sessions that continue on the CPU when their device fails during the work (a GPU that is reset, removed or out of
 * memory). A graph keeps no state between runs, so the failed run is repeated.
 * @param onLost called once for each session that had to move
 */
export function lastingInference(
  inference: Inference,
  onLost: (model: ModelEntry, device: Device) => void,
): Inference {
  return {
    async open(model, file, devices, signal): Promise<Session> {
      let session = await inference.open(model, file, devices, signal);
      return {
        get device() {
          return session.device;
        },
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        async run(feeds, fetches) {
          const before = session;
          try {
            return await before.run(feeds, fetches);
          } catch (thrown) {
            if (before.device === 'cpu' || signal.aborted) throw thrown;
            session = await inference.open(model, file, ['cpu'], signal);
            onLost(model, before.device);
            // A session on a lost device may fail to close, too.
            await before.close().catch(() => undefined);
            return session.run(feeds, fetches);
          }
        },
        close: () => session.close(),
      };
    },
  };
}
