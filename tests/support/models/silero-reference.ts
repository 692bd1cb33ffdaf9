/** Output and first states of the probe in inference.suite.ts: onnxruntime-node 1.30.0, CPU. */
export const SILERO_REFERENCE = [
  0.24554, 0.005517, 0.039453, 0.000685, -0.000891, 0.001585, -0.114487, 0.0039, -0.141439,
];
