/**
 * The pipeline as others use it: `dub`, its errors, and the types of what goes in and comes out. A host that needs
 * more of it imports the room by its name, `@octavia/pipeline/packs/pull`; so nobody loads all of it for one thing.
 */
export { dub, transcribe } from './dub.ts';
export { OctaviaError } from './errors.ts';
export type * from './catalogue.ts';
export type * from './errors.ts';
export type * from './job.ts';
export type * from './media-types.ts';
export type * from './ports.ts';
export type * from './report.ts';
export type * from './wish.ts';
