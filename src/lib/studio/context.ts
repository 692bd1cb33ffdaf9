import { onMount, createContext } from 'svelte';
import { PipelineBridge } from './bridge.ts';
import { browserJobs } from './history.ts';
import { Studio } from './studio.svelte.ts';

const [useStudio, setStudio] = createContext<Studio>();

export { useStudio };

/** Makes the studio for the whole site, so that jobs continue while the visitor looks at other pages. */
export function provideStudio(): void {
  const studio = new Studio(new PipelineBridge(), browserJobs, () => Date.now());
  setStudio(studio);
  onMount(() => {
    // Tells tests and embedders that the page is ready.
    document.documentElement.dataset['ready'] = '';
    void studio.open();
  });
}
