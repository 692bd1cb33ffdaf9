export { listen, type ListenOptions, type RunningServer } from './listen.ts';
export { createSite } from './site.ts';
export type { Fetching, Manifest, Shelf } from './shelf.ts';
export { POLICY } from './headers.ts';
export { openCloud, type Cloud } from './cloud.ts';
export { pageSources, readConfig } from './config.ts';
