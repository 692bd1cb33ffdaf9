import { cutSilence } from '../../audio/onset.ts';
import type { Pcm } from '../../media-types.ts';
import type { SpeakRequest } from '../../ports.ts';
import { engineFile, floats, type Engine, type EngineLoad } from '../engine.ts';
import { speakable } from '../speakable.ts';
import { compileWasm } from '../wasm.ts';
import { PicoVoice } from './pico.ts';
import { LOW, LOW_PITCH } from './voices.ts';

/** The sample rate Pico speaks at. */
const SAMPLE_RATE = 16_000;
/** Percent, as picoapi's markup takes them; both have exactly the effect they name (2026-11, 60…200 %). */
const SPEED = { least: 20, most: 500 };
const PITCH = { least: 50, most: 200 };

/** SVOX Pico: mono speech at 16 kHz, at the requested pace and pitch, the same each time. */
export async function openPico({ files }: EngineLoad): Promise<Engine> {
  const module = await compileWasm(engineFile(files, 'svoxpico.wasm'));
  const opened = new Map<string, Promise<PicoVoice>>();

  function voiceOf(tag: string): Promise<PicoVoice> {
    const text = engineFile(files, `voices/${tag}_ta.bin`);
    const sound = engineFile(files, `voices/${tag}_sg.bin`);
    const voice = opened.get(tag) ?? PicoVoice.open(module, { text, sound });
    opened.set(tag, voice);
    return voice;
  }

  return {
    async speak({ text, voice, pace, medianF0 }: SpeakRequest): Promise<Pcm> {
      const plain = speakable(text);
      if (!/[\p{L}\p{N}]/u.test(plain)) return { sampleRate: SAMPLE_RATE, channels: [new Float32Array()] };
      const low = voice.id.endsWith(LOW);
      const speaker = await voiceOf(low ? voice.id.slice(0, -LOW.length) : voice.id);
      const pitch = (low ? LOW_PITCH : 1) * (medianF0 / voice.medianF0);
      const marked = wrapped(wrapped(plain, 'pitch', percent(pitch, PITCH)), 'speed', percent(pace, SPEED));
      return { sampleRate: SAMPLE_RATE, channels: [cutSilence(floats(speaker.speak(marked)), SAMPLE_RATE)] };
    },
  };
}

/** The text contains no angle brackets: see speakable(). */
function wrapped(text: string, tag: 'pitch' | 'speed', level: number): string {
  return `<${tag} level="${level}">${text}</${tag}>`;
}

function percent(share: number, { least, most }: { least: number; most: number }): number {
  return Math.round(Math.min(Math.max(100 * share, least), most));
}
