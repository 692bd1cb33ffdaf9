/**
 * The public interface of the pipeline: `dub`, its errors, and the types of its input and output. A host that needs
 * more imports that module by name, such as `@octavia/pipeline/packs/pull`, so nobody loads everything for one thing.
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
