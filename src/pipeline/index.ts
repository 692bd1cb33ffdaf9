export * from './catalogue.ts';
export * from './errors.ts';
export * from './job.ts';
export * from './media-types.ts';
export * from './ports.ts';
export * from './report.ts';
export * from './plan/index.ts';
