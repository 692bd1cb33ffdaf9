export { listen, type ListenOptions, type RunningServer } from './listen.ts';
export { createSite } from './site/site.ts';
export type { Fetching, Manifest, Shelf } from './site/shelf.ts';
export { POLICY } from './site/headers.ts';
export { openCloud, type Cloud } from './cloud.ts';
export { readConfig } from './settings/config.ts';
export { readEmbedConfig } from './settings/embed.ts';
export { pageSources } from './site/sources.ts';
