import type { Report } from '@octavia/pipeline';

/** A receipt of a dub of 9.2 s. */
export function fakeReport(): Report {
  const audio = { codec: 'aac', sampleRate: 48_000, channels: 2 } as Report['input']['audio'];
  return {
    schema: 'octavia.report/1',
    input: { file: 'talk.mp4', seconds: 9.2, video: null, audio },
    output: { file: 'talk.es.mp4', seconds: 9.2 },
    languages: { source: 'en', target: 'es', detected: null, confidence: null },
    stages: {},
    segments: [],
    consent: null,
    durationMatch: 1,
    speechCoverage: 1,
    loudness: { sourceLufs: -23, outputLufs: -23, truePeakDb: -3 },
    rtf: 0.1,
    peakMemoryBytes: null,
    network: { requests: 0, bytesSent: 0 },
    warnings: [],
  };
}
