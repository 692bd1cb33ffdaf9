import { createContext, onMount } from 'svelte';
import { Cloud } from './cloud.svelte.ts';
import { browserPlatform } from './platform.ts';

const [useCloud, setCloud] = createContext<Cloud>();

export { useCloud };

/** Makes the cloud for the whole site, so that uploads continue while the visitor looks at other pages. */
export function provideCloud(): void {
  const cloud = new Cloud(browserPlatform());
  setCloud(cloud);
  onMount(() => void cloud.open());
}
