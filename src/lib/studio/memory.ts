/** Not yet in TypeScript's DOM library: https://wicg.github.io/performance-measure-memory/ */
interface MeasuringPerformance {
  measureUserAgentSpecificMemory?(): Promise<{ readonly bytes: number }>;
}

/** Time between measurements; the browser itself may take up to 20 s for one. */
const PAUSE_MS = 4_000;

/** Measures the memory of the tab and its workers repeatedly, where the browser can. */
export function watchMemory(onBytes: (bytes: number) => void): () => void {
  const measuring = performance as MeasuringPerformance;
  let active = self.crossOriginIsolated && measuring.measureUserAgentSpecificMemory !== undefined;
  const measure = async (): Promise<void> => {
    while (active) {
      const bytes = (await measuring.measureUserAgentSpecificMemory?.())?.bytes;
      if (active && bytes !== undefined) onBytes(bytes);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  measure().catch(() => (active = false));
  return () => {
    active = false;
  };
}
