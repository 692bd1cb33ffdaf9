export { listen, type ListenOptions, type RunningServer } from './listen.ts';
export { createSite } from './site.ts';
export { POLICY } from './headers.ts';
