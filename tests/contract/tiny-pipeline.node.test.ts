import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Catalogue, Host, ModelFiles } from '@octavia/pipeline';
import { dub } from '@octavia/pipeline/dub';
import { createEngines } from '../../gpu-worker/adapters/engines.ts';
import { openDiskFile } from '../../gpu-worker/adapters/ffmpeg.ts';
import { createInference } from '../../gpu-worker/adapters/inference.ts';
import { createModelFiles } from '../../gpu-worker/adapters/models.ts';
import { createFolderStore } from '../../gpu-worker/adapters/store.ts';
import { createNodeHost } from '../../gpu-worker/host.ts';
import { speechClip } from '../fixtures/clip.ts';
import { filesOf } from '../fixtures/tiny/hub-model.ts';
import { frenchOf, letters } from '../fixtures/tiny/m2m100.ts';
import { starter } from '../support/models/starter.ts';
import { TINY_MODELS, tinyPipelineSuite } from './tiny-pipeline.suite.ts';

const folder = new URL('../../static/models', import.meta.url).pathname;
const tiny = filesOf(TINY_MODELS);

tinyPipelineSuite('Node', () => ({
  models: tiny,
  engines: createEngines(tiny, folder),
  inference: createInference(tiny),
}));

/** A catalogue whose best pack is the tiny models; the starter finds speech and stretches. */
const starters = [starter('silero-vad'), starter('sonic')];
const catalogue: Catalogue = {
  schema: 'octavia.catalogue/1',
  packs: [
    { id: 'studio', title: 'Tiny', description: '', models: TINY_MODELS.map(({ entry }) => entry.id) },
    { id: 'starter', title: 'Starter', description: '', models: starters.map(({ id }) => id) },
  ],
  models: [...TINY_MODELS.map(({ entry }) => entry), ...starters],
};

const scratch = mkdtempSync(join(tmpdir(), 'octavia-tiny-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function openHost(): Promise<Host> {
  const real = createModelFiles(folder);
  const of = (model: { id: string }): ModelFiles => (model.id.startsWith('tiny-') ? tiny : real);
  const models: ModelFiles = {
    installed: (model) => of(model).installed(model),
    read: (model, path, signal) => of(model).read(model, path, signal),
  };
  const host = await createNodeHost({
    models: folder,
    scratch: join(scratch, 'media'),
    store: createFolderStore(join(scratch, 'store')),
  });
  const [engines, inference] = [createEngines(models, folder), createInference(models)];
  return { ...host, models, engines, inference, catalogue };
}

describe('a whole dub with models of a hub, Node', () => {
  it('tells in its report what was heard, by which models, and gives a file as long as the source', async () => {
    const clip = await speechClip(15);
    const events: string[] = [];
    const { output, report } = await dub(
      {
        jobId: 'tiny',
        input: await openDiskFile(clip.video),
        source: 'auto',
        target: 'fr',
        pack: 'studio',
        device: 'auto',
        voice: { kind: 'match' },
        background: 'duck',
        keepOriginal: true,
      },
      {
        ...(await openHost()),
        catalogue: {
          ...catalogue,
          models: catalogue.models.map((model) =>
            model.runtime === 'supertonic' ? { ...model, languages: { target: ['fr'] } } : model,
          ),
        },
      },
      new AbortController().signal,
      (event) => events.push(event.type),
    );
    expect(events).toContain('detected');
    expect(['en', 'es']).toContain(report.languages.source);
    expect(report.languages.detected).toBe(report.languages.source);
    expect(report.languages.confidence).toBeGreaterThan(0.5);
    expect(report.stages.recognise).toMatchObject({ model: 'tiny-whisper', device: 'cpu', dtype: 'fp32' });
    expect(report.stages.translate).toMatchObject({ model: 'tiny-m2m100', device: 'cpu' });
    expect(report.stages.synthesise).toMatchObject({ model: 'tiny-supertonic', device: 'cpu' });
    expect(report.segments.length).toBeGreaterThan(0);
    for (const { sourceText, targetText, confidence, voice } of report.segments) {
      expect(letters(targetText)).toBe(frenchOf(sourceText));
      expect(confidence).toBeGreaterThan(0);
      expect(voice).toMatch(/^[FM]1$/);
    }
    expect(report.durationMatch).toBeGreaterThan(0.99);
    expect(output.bytes).toBeGreaterThan(10_000);
  });
});
