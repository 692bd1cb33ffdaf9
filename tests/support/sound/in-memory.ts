import type { FittedSpeech, Pcm, SpeechSpan } from '@octavia/pipeline';
import type { Sound } from '@octavia/pipeline/media-types';
import { soundOf } from '@octavia/pipeline/sound/sound';
import { findVoice } from '@octavia/pipeline/stages/separate/find-voice';
import { withoutVoice } from '@octavia/pipeline/stages/separate/without-voice';
import { joinedPlanes } from './joined-planes.ts';

/** A mono sound in memory, as the stages that listen want it. */
export function mono(samples: Float32Array, sampleRate: number): Sound {
  return soundOf({ sampleRate, channels: [samples] });
}

/** All of a sound. */
export async function whole(sound: Sound): Promise<Pcm> {
  return { sampleRate: sound.sampleRate, channels: await sound.read(0, sound.frames) };
}

/** A line with its sound. */
export function fitted(line: Pick<FittedSpeech, 'id' | 'start'> & { readonly pcm: Pcm }): FittedSpeech {
  const { id, start, pcm } = line;
  const end = start + (pcm.channels[0]?.length ?? 0) / pcm.sampleRate;
  const load = () => Promise.resolve(pcm);
  return { id, text: id, voice: 'v', start, end, load, tempo: 1, notes: [] };
}

/** What `findVoice` finds, taken out of the sound. */
export async function voiceTakenOut(
  task: Parameters<typeof findVoice>[0],
  model: Parameters<typeof findVoice>[1],
  pcm: Pcm,
  spans: readonly SpeechSpan[],
): Promise<Pcm> {
  const parts: (readonly Float32Array[])[] = [];
  const take = (planes: readonly Float32Array[]) =>
    Promise.resolve(void parts.push(planes.map((plane) => plane.slice())));
  await findVoice(task, model, soundOf(pcm), spans, take);
  const voice = { ...pcm, channels: joinedPlanes(parts, pcm.channels.length) };
  return whole(withoutVoice(soundOf(pcm), soundOf(voice), spans));
}

/** Fitted lines as plain data, their sound with them. */
export function withSound(
  lines: readonly FittedSpeech[],
): Promise<(Omit<FittedSpeech, 'load'> & { readonly pcm: Pcm })[]> {
  return Promise.all(lines.map(async ({ load, ...line }) => ({ ...line, pcm: await load() })));
}
