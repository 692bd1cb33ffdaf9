import { fadeEdges } from '../../audio/fade.ts';
import { amplitude, integratedLoudness } from '../../audio/loudness.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import type { FittedSpeech, Sound } from '../../media-types.ts';
import { recent } from '../../sound/recent.ts';

/** Fade of a line that the end of the file cuts off (only when there was no room at all). */
const CUT_FADE_SECONDS = 0.005;
/** How many lines' sound is kept for the next reader: those around one moment. */
const HELD = 8;

/** A line's samples at the track's rate, and where the first one goes. */
interface Laid {
  readonly at: number;
  readonly samples: Float32Array;
}

/**
 * The dub alone, mono: every line at its place, at its target loudness. Lines are loaded when they are read.
 * @param targets LUFS, by line id
 * @param like rate and length of the sound that it is laid over
 */
export function dubTrack(
  speech: readonly FittedSpeech[],
  targets: ReadonlyMap<string, number>,
  { sampleRate, frames }: Pick<Sound, 'sampleRate' | 'frames'>,
): Sound {
  const resamplers = new Map<number, Resampler>();

  const lay = async (line: FittedSpeech): Promise<Laid | undefined> => {
    const target = targets.get(line.id);
    const pcm = await line.load();
    const spoken = pcm.channels[0] ?? new Float32Array(0);
    const loudness = integratedLoudness([spoken], pcm.sampleRate);
    if (target === undefined || !Number.isFinite(loudness)) return undefined;
    const resample = resamplers.get(pcm.sampleRate) ?? createResampler(pcm.sampleRate, sampleRate);
    resamplers.set(pcm.sampleRate, resample);
    const at = firstSample(line, sampleRate);
    const whole = resample(spoken);
    const fits = whole.length <= frames - at;
    const samples = fits ? whole.slice() : whole.slice(0, Math.max(0, frames - at));
    if (!fits) fadeEdges(samples, 0, CUT_FADE_SECONDS * sampleRate);
    const gain = amplitude(target - loudness);
    for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
    return { at, samples };
  };

  const laid = recent(HELD, lay);

  return {
    sampleRate,
    channels: 1,
    frames,
    async read(from, to) {
      const track = new Float32Array(Math.max(0, to - from));
      for (const line of speech) {
        // Resampled sound may be a sample longer than its time.
        const last = firstSample(line, sampleRate) + Math.ceil((line.end - line.start) * sampleRate) + 1;
        if (line.end === line.start || last <= from || firstSample(line, sampleRate) >= to) continue;
        const found = await laid(line);
        if (found === undefined) continue;
        const { at, samples } = found;
        const end = Math.min(samples.length, to - at);
        for (let i = Math.max(0, from - at); i < end; i++) track[at + i - from]! += samples[i]!;
      }
      return [track];
    },
  };
}

function firstSample({ start }: FittedSpeech, sampleRate: number): number {
  return Math.max(0, Math.round(start * sampleRate));
}
