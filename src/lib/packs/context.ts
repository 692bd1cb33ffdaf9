import { createContext, onMount } from 'svelte';
import { workerBridge } from './bridge.ts';
import { browserDownloads } from './downloads.ts';
import { Packs } from './packs.svelte.ts';

const [usePacks, setPacks] = createContext<Packs>();

export { usePacks };

/** Makes the packs for the whole site, so that downloads continue while the visitor looks at other pages. */
export function providePacks(): void {
  const packs = new Packs(workerBridge, browserDownloads);
  setPacks(packs);
  onMount(() => void packs.open());
}
