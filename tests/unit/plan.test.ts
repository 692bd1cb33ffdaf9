import { describe, expect, it } from 'vitest';
import type { Catalogue, ModelEntry, ModelStage } from '@octavia/pipeline';
import { estimate } from '@octavia/pipeline/plan/estimate';
import { plan } from '@octavia/pipeline/plan/plan';
import type { PlanDevice, PlanHere, PlanJob } from '@octavia/pipeline/plan/types';
import { bytesInWords, durationInWords } from '@octavia/pipeline/plan/words';
import { measureWorkloadFactor } from '@octavia/pipeline/plan/workload';

function model(
  id: string,
  stage: ModelStage,
  rtf: number,
  languages: ModelEntry['languages'] = {},
): ModelEntry {
  return {
    id,
    stage,
    runtime: 'onnx',
    title: id,
    revision: '1',
    files: [{ path: 'model.onnx', bytes: 10e6, sha256: '00' }],
    languages,
    licence: { spdx: 'MIT', nonCommercial: false },
    memoryBytes: 200e6,
    rtf,
    facts: [],
  };
}

const models = [
  model('vad', 'vad', 0.02),
  model('hear-en', 'recognise', 0.6, { source: ['en'] }),
  model('en-es', 'translate', 0.05, { source: ['en'], target: ['es'] }),
  model('speak', 'synthesise', 0.03, { target: ['es', 'fr'] }),
  model('stretch', 'stretch', 0.01),
];
const catalogue: Catalogue = {
  schema: 'octavia.catalogue/1',
  packs: [{ id: 'starter', title: '', description: '', models: models.map(({ id }) => id) }],
  models,
};
const job: PlanJob = {
  seconds: 60,
  bytes: 20e6,
  videoCodec: 'h264',
  source: 'en',
  target: 'es',
  pack: 'auto',
  subtitles: 'none',
  onlyOnThisDevice: false,
};
const tab: PlanDevice = {
  kind: 'tab',
  cores: 2,
  memoryBytes: 8e9,
  freeStorageBytes: 50e9,
  webgpu: undefined,
  workloadFactor: 1,
};
const everything = new Set(models.map(({ id }) => id));
const withCloud: PlanHere = { catalogue, installed: everything, cloud: {} };
const noCloud: PlanHere = { catalogue, installed: everything, cloud: undefined };
const codes = (result: ReturnType<typeof plan>) => result.warnings.map(({ code }) => code);

describe('where a job runs', () => {
  it('keeps a short clip here even with a cloud', () => {
    const result = plan(job, tab, withCloud);
    expect(result).toMatchObject({ where: 'here', reason: 'here.short' });
    expect(result.message).toMatch(/in this tab/);
    expect(codes(result)).toEqual([]);
  });

  it('sends a long film to the cloud', () => {
    const result = plan({ ...job, seconds: 3600, bytes: 900e6 }, { ...tab, memoryBytes: 32e9 }, withCloud);
    expect(result).toMatchObject({ where: 'cloud', reason: 'cloud.long' });
    expect(result.cloudSeconds).toBeLessThan(result.here.seconds);
  });

  it('keeps a long film here when the upload would take longer', () => {
    const slowLink: PlanHere = { ...withCloud, cloud: { uploadBytesPerSecond: 50e3 } };
    const result = plan({ ...job, seconds: 1200, bytes: 900e6 }, { ...tab, memoryBytes: 32e9 }, slowLink);
    expect(result).toMatchObject({ where: 'here', reason: 'here.no_slower' });
  });

  it('says that the speed of the upload is assumed, as long as it is', () => {
    const [film, device] = [
      { ...job, seconds: 3600, bytes: 900e6 },
      { ...tab, memoryBytes: 32e9 },
    ];
    const messageOf = (cloud: PlanHere['cloud']) => plan(film, device, { ...withCloud, cloud }).message;
    expect(messageOf({})).toMatch(/against .* in this tab\. That assumes an upload at 10 Mbit\/s\.$/);
    expect(messageOf({ uploadBytesPerSecond: 0.5e6, uploadIsGuess: true })).toContain('upload at 4 Mbit/s.');
    expect(messageOf({ uploadBytesPerSecond: 0.5e6 })).not.toContain('assume');
    const slow = messageOf({ uploadBytesPerSecond: 50e3, uploadIsGuess: true });
    expect(slow).toContain('That assumes an upload at 0.4 Mbit/s.');
    // Where it decides nothing, it is not worth a word.
    expect(plan(job, tab, withCloud).message).not.toContain('assume');
  });

  it('never leaves the device when the user says so, whatever it costs', () => {
    const huge = { ...job, seconds: 7200, bytes: 4e9, source: 'ja', onlyOnThisDevice: true };
    const result = plan(huge, { ...tab, memoryBytes: 2e9, freeStorageBytes: 1e9 }, withCloud);
    expect(result).toMatchObject({ where: 'here', reason: 'here.private', cloudSeconds: undefined });
    expect(codes(result)).toEqual([
      'plan.models_unavailable',
      'plan.slow',
      'plan.size',
      'plan.memory',
      'plan.storage',
    ]);
  });
});

describe('what a plan says of this device and the cloud', () => {
  it('says what to expect here when no cloud is configured', () => {
    const result = plan({ ...job, seconds: 1200 }, { ...tab, memoryBytes: 32e9 }, noCloud);
    expect(result).toMatchObject({ where: 'here', reason: 'here.no_cloud', cloudSeconds: undefined });
    expect(result.warnings[0]?.message).toBe(`This will be slow: ${durationInWords(result.here.seconds)}.`);
  });

  it('goes to the cloud for memory, size and languages that this device lacks', () => {
    expect(plan(job, { ...tab, memoryBytes: 1e9 }, withCloud).reason).toBe('cloud.memory');
    expect(plan({ ...job, bytes: 2e9 }, tab, withCloud).reason).toBe('cloud.size');
    expect(plan({ ...job, target: 'fr' }, tab, withCloud).reason).toBe('cloud.models');
  });

  it('has no size limit on a machine with native ffmpeg', () => {
    expect(plan({ ...job, bytes: 2e9 }, { ...tab, kind: 'machine' }, withCloud).reason).toBe('here.short');
  });

  it('warns of video that the browser cannot show', () => {
    const device = { ...tab, playableCodecs: ['h264', 'vp9'] };
    expect(codes(plan({ ...job, videoCodec: 'mpeg4' }, device, noCloud))).toEqual(['plan.preview']);
    expect(codes(plan(job, device, noCloud))).toEqual([]);
  });
});

describe('prediction', () => {
  it('adds the catalogue times of the stages that have work, times the speed of the device', () => {
    const once = plan(job, tab, noCloud).here;
    expect(once.stages.vad).toBeCloseTo(0.02 * 60, 6);
    expect(once.stages.recognise).toBeCloseTo(0.6 * 48, 6);
    expect(Object.values(once.stages).reduce((a, b) => a + b, 0)).toBeCloseTo(once.seconds, 6);
    const slow = plan(job, { ...tab, workloadFactor: 3 }, noCloud).here;
    expect(slow.seconds).toBeCloseTo(once.seconds * 3, 6);
  });

  it('counts on WebGPU only where the catalogue wants it, in hardware, with buffers large enough', () => {
    const graphs = { 'model.onnx': { devices: ['webgpu', 'cpu'] as const, dtype: 'fp32' } };
    const withGraph = models.map((entry) => (entry.id === 'hear-en' ? { ...entry, graphs } : entry));
    const here = { ...noCloud, catalogue: { ...catalogue, models: withGraph } };
    const recognise = (webgpu: PlanDevice['webgpu']) =>
      plan(job, { ...tab, webgpu }, here).here.stages.recognise;
    const wasm = recognise(undefined) ?? 0;
    expect(recognise({ maxBufferBytes: 1e9, software: false })).toBeLessThan(wasm);
    expect(recognise({ maxBufferBytes: 1e9, software: true })).toBe(wasm);
    expect(recognise({ maxBufferBytes: 1e6, software: false })).toBe(wasm);
  });

  it('expects a single core to be slower', () => {
    const two = plan(job, tab, noCloud).here.seconds;
    expect(plan(job, { ...tab, cores: 1 }, noCloud).here.seconds).toBeGreaterThan(two);
  });

  it('saves the stages that own subtitles replace', () => {
    const source = plan({ ...job, subtitles: 'source' }, tab, noCloud).here;
    expect(Object.keys(source.stages)).not.toContain('recognise');
    expect(source.stages.translate).toBeGreaterThan(0);
    const target = plan({ ...job, subtitles: 'target' }, tab, noCloud).here;
    expect(Object.keys(target.stages)).not.toContain('translate');
    expect(target.models.map(({ id }) => id)).toEqual(['vad', 'speak', 'stretch']);
  });

  it('uses known speech seconds instead of the guess', () => {
    const known = plan({ ...job, speechSeconds: 10 }, tab, noCloud).here;
    expect(known.stages.synthesise).toBeCloseTo(0.3, 6);
  });

  it('counts the bytes of models that are not here yet', () => {
    const result = plan(job, tab, { ...noCloud, installed: new Set(['vad']) });
    expect(result.here.fetchBytes).toBe(40e6);
    expect(codes(result)).toEqual(['plan.fetch']);
    expect(result.warnings[0]?.message).toContain('40 MB');
  });

  it('grows in memory with the sound, and with the file only in a tab', () => {
    const base = plan(job, tab, noCloud).here.memoryBytes;
    expect(plan({ ...job, channels: 8 }, tab, noCloud).here.memoryBytes).toBeGreaterThan(base * 1.2);
    expect(plan({ ...job, bytes: 520e6 }, tab, noCloud).here.memoryBytes - base).toBe(500e6);
    const machine = { ...tab, kind: 'machine' as const };
    const small = plan(job, machine, noCloud).here.memoryBytes;
    expect(plan({ ...job, bytes: 520e6 }, machine, noCloud).here.memoryBytes).toBe(small);
  });

  it('measures a positive, finite speed even with a clock that stands still', () => {
    let ticks = 0;
    expect(measureWorkloadFactor({ now: () => (ticks += 0.007) })).toBeCloseTo(1, 1);
    expect(measureWorkloadFactor({ now: () => 1 })).toBeGreaterThan(0);
  });
});

describe('remaining time', () => {
  const predicted = { vad: 10, synthesise: 30, mux: 10 };

  it('believes the prediction before any work is done', () => {
    expect(estimate({}, predicted, 0)).toEqual({ fraction: 0, secondsLeft: 50 });
  });

  it('follows the pace seen once enough is done', () => {
    expect(estimate({ vad: 1 }, predicted, 20)).toEqual({ fraction: 0.2, secondsLeft: 80 });
  });

  it('counts a skipped stage as done and ends at zero', () => {
    expect(estimate({ vad: 1, synthesise: 1, mux: 1 }, predicted, 7)).toEqual({
      fraction: 1,
      secondsLeft: 0,
    });
  });

  it('does not let fractions out of range or nothing predicted lead to nonsense', () => {
    expect(estimate({ vad: 7 }, predicted, 10).fraction).toBeCloseTo(0.2, 6);
    expect(estimate({ vad: 0.5 }, {}, 10)).toEqual({ fraction: 0, secondsLeft: undefined });
  });
});

describe('words', () => {
  it('says durations and sizes as people do', () => {
    expect([0.2, 8, 54, 55, 700, 3600, 4790].map(durationInWords)).toEqual([
      '1 s',
      '8 s',
      '54 s',
      'about 1 min',
      'about 12 min',
      'about 1 h',
      'about 1 h 20 min',
    ]);
    expect([980e3, 43e6, 1.24e9].map(bytesInWords)).toEqual(['980 kB', '43 MB', '1.2 GB']);
  });
});
