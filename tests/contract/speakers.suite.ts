import { beforeAll, describe, expect, it } from 'vitest';
import type { Engines, Inference, ModelFiles } from '@octavia/pipeline';
import { assignSpeakers } from '@octavia/pipeline/stages/diarise/assign';
import { diarise } from '@octavia/pipeline/stages/diarise/diarise';
import { tinyMdx } from '../fixtures/tiny/separation.ts';
import { tinyEmbedding, tinySegmentation } from '../fixtures/tiny/speakers.ts';
import { CAST, converse, type Conversation } from '../support/sound/conversation.ts';
import { diarisationError } from '../support/sound/diarisation-error.ts';
import { mono, voiceTakenOut } from '../support/sound/in-memory.ts';

const never = new AbortController().signal;
const clock = { now: () => 0, breathe: () => Promise.resolve() };

interface Hosts {
  readonly engines: Engines;
  /** Inference over files that the test brings. */
  inference(models: ModelFiles): Inference;
}

/** A host's inference with the given graphs as its only models, by model id. */
function withGraphs(hosts: Hosts, graphs: Readonly<Record<string, Uint8Array>>) {
  const inference = hosts.inference({
    installed: () => Promise.resolve(true),
    read: ({ id }) => Promise.resolve(graphs[id] ?? new Uint8Array()),
  });
  return { inference, clock };
}

/** Voices told apart and taken out by tiny models in their real layouts, the same on every host. */
export function speakersSuite(name: string, hosts: () => Hosts): void {
  describe(`speakers and separation, ${name}`, () => {
    const order = [0, 1, 0, 2, 1, 2, 0, 1];
    let talk: Conversation;
    beforeAll(async () => {
      talk = await converse(hosts().engines, order);
    });

    it('tells three real voices apart from the first line to the last', async () => {
      const segment = tinySegmentation([CAST[0].f0, CAST[1].f0, CAST[2].f0]);
      const embed = tinyEmbedding(talk.lessons);
      const host = withGraphs(hosts(), { [segment.entry.id]: segment.bytes, [embed.entry.id]: embed.bytes });
      const models = { segment: segment.entry, embed: embed.entry };
      const seconds = talk.sound.length / 16_000;
      const sound = mono(talk.sound, 16_000);
      const { turns } = await diarise({ host, signal: never }, models, sound, [{ start: 0, end: seconds }]);

      expect([...new Set(turns.map(({ speaker }) => speaker))]).toEqual([
        'speaker-1',
        'speaker-2',
        'speaker-3',
      ]);
      const error = diarisationError(
        talk.truth.map(({ voice, ...span }) => ({ ...span, who: voice })),
        turns.map(({ speaker, ...span }) => ({ ...span, who: speaker })),
      );
      // 14 % here: the tiny model hears no consonants and blurs the edges; it takes nobody for somebody else.
      expect(error).toBeLessThan(0.2);
      const lines = talk.truth.map(({ start, end }, i) => {
        return { id: `${i}`, speaker: '', start, end, text: 'x', confidence: undefined };
      });
      expect(assignSpeakers(lines, turns).map(({ speaker }) => speaker)).toEqual(
        order.map((voice) => `speaker-${voice + 1}`),
      );
    });

    it('takes a band out of a sound and leaves the rest', async () => {
      const model = tinyMdx();
      const host = withGraphs(hosts(), { [model.entry.id]: model.bytes });
      const rate = 44_100;
      const tone = (f: number) =>
        Float32Array.from({ length: 4 * rate }, (_, i) => Math.sin((2 * Math.PI * f * i) / rate) / 4);
      const [voice, music] = [tone(700), tone(7000)];
      const sound = { sampleRate: rate, channels: [voice.map((x, i) => x + (music[i] ?? 0))] };
      const task = { host, signal: never };
      const left = await voiceTakenOut(task, model.entry, sound, [{ start: 1, end: 3 }]);
      const rest = left.channels[0]?.subarray(rate, 3 * rate) ?? new Float32Array();
      const wrong = rest.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (music[rate + i] ?? 0))), 0);
      expect(wrong).toBeLessThan(0.01);
    });
  });
}
