export * from './estimate.ts';
export * from './plan.ts';
export * from './types.ts';
export * from './words.ts';
export * from './workload.ts';
