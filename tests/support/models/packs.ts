import { createHash } from 'node:crypto';
import type { ModelEntry, ModelFile } from '@octavia/pipeline';
import type { Patience } from '@octavia/pipeline/packs/patience';
import type { fakeHub } from '../../fakes/hub.ts';

export type Hub = Awaited<ReturnType<typeof fakeHub>>;

/** Trouble that a test need not wait for. */
export const HASTY: Patience = {
  failures: 4,
  backoffSeconds: 0.01,
  longestSeconds: 0.05,
  stallSeconds: 1.5,
  lastResort: true,
};

export const REVISION = '0123456789abcdef0123456789abcdef01234567';

/** Content that is the same in every run and unlike that of any other seed. */
export function content(seed: string, bytes: number): Uint8Array {
  const parts: Buffer[] = [];
  for (let i = 0; i * 32 < bytes; i++) parts.push(createHash('sha256').update(`${seed}${i}`).digest());
  return new Uint8Array(Buffer.concat(parts).subarray(0, bytes));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A model of a hub whose files nobody has pulled yet: sizes about right, no hashes. */
export function hubModel(
  id: string,
  files: Readonly<Record<string, Uint8Array>>,
  changes: Partial<ModelEntry> = {},
): ModelEntry {
  return {
    id,
    stage: 'recognise',
    runtime: 'whisper',
    title: `Test ${id}`,
    revision: REVISION,
    hub: { repo: `test/${id}`, revision: REVISION },
    files: Object.entries(files).map(([path, bytes]): ModelFile => ({
      path,
      bytes: Math.ceil(bytes.length / 1000) * 1000,
      approximate: true,
    })),
    languages: {},
    licence: { spdx: 'MIT', nonCommercial: false },
    memoryBytes: 0,
    rtf: 0,
    facts: [],
    ...changes,
  };
}

/** Puts a model's files on a hub. */
export function publish(hub: Hub, model: ModelEntry, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [path, bytes] of Object.entries(files)) hub.put(`test/${model.id}`, REVISION, path, bytes);
}
