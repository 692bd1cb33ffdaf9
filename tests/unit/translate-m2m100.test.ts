import { translate } from '@octavia/pipeline/stages/translate/translate';
import type { Inference } from '@octavia/pipeline';
import { lastingInference } from '@octavia/pipeline/graph/lasting';
import { describe, expect, it } from 'vitest';
import { tinyM2m100 } from '../fixtures/tiny/m2m100.ts';
import { graphHost } from '../support/models/graph-host.ts';

const never = new AbortController().signal;
const { entry, files } = tinyM2m100();
const host = graphHost((file) => files[file]);
const lines = ['abc hal', 'no', 'a long line it is'].map((text, index) => ({
  id: `s000${index + 1}`,
  speaker: 'speaker-1',
  start: 2 * index,
  end: 2 * index + 1,
  text,
  confidence: undefined,
}));
const into = async (target: string, on = host) => {
  const done = await translate(
    { host: on, signal: never },
    entry,
    { language: 'en', lines },
    { source: 'en', target },
  );
  return { ...done, texts: done.lines.map((line) => line.candidates[0]?.toLowerCase().replace(/\.$/, '')) };
};

describe('M2M100', () => {
  it('writes the language asked for, whichever its tokenizer puts in front', async () => {
    expect((await into('es')).texts).toEqual(['bcd ibm', 'op', 'b mpoh mjof ju jt']);
    expect((await into('fr')).texts).toEqual(['cde jcn', 'pq', 'c nqpi nkpg kv ku']);
  });

  it('says which pair it has no token for', async () => {
    await expect(into('de')).rejects.toMatchObject({ code: 'language.pair_unavailable' });
  });
});

describe('a device that is lost', () => {
  /** Pretends to be a GPU, and fails for good after some runs. */
  function losing(after: number): Inference {
    let runs = 0;
    return {
      async open(model, file, devices, signal) {
        const session = await host.inference.open(model, file, ['cpu'], signal);
        if (devices[0] === 'cpu') return session;
        return {
          ...session,
          device: 'webgpu',
          run: (feeds, fetches) =>
            ++runs > after ? Promise.reject(new Error('device lost')) : session.run(feeds, fetches),
        };
      },
    };
  }
  const gpu = {
    ...entry,
    graphs: { 'onnx/decoder_model_merged_quantized.onnx': { devices: ['webgpu' as const], dtype: 'q8' } },
  };

  it('is told, and the work goes on on the CPU with the same result', async () => {
    const lost: string[] = [];
    const inference = lastingInference(losing(5), (model, device) => lost.push(`${model.id} ${device}`));
    const transcript = { language: 'en', lines };
    const want = { source: 'en', target: 'es' };
    const moved = await translate({ host: { ...host, inference }, signal: never }, gpu, transcript, want);
    expect(lost).toEqual(['tiny-m2m100 webgpu']);
    expect(moved.device).toBe('cpu');
    expect(moved.lines).toEqual((await into('es')).lines);
  });
});
