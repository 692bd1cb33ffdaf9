import { createContext, onMount } from 'svelte';
import { workerBridge } from './bridge.ts';
import { browserDownloads } from './downloads.ts';
import { Packs } from './packs.svelte.ts';

const [usePacks, setPacks] = createContext<Packs>();

export { usePacks };

/**
 * Makes the packs for the whole site, so that downloads continue while the visitor looks at other pages.
 * @param goesOn whether this page takes up what another one began; an embed does not
 */
export function providePacks(goesOn: () => boolean): void {
  const packs = new Packs(workerBridge, browserDownloads);
  setPacks(packs);
  onMount(() => {
    if (goesOn()) void packs.open();
  });
}
