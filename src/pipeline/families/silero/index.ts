import type { GraphFamily } from '../family.ts';

/** Silero v5 (see stages/vad/). Its runtime is named after the first graph that Octavia ran. */
export const silero: GraphFamily<'onnx'> = { runtime: 'onnx', stage: 'vad' };
