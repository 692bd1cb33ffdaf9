import { applyGain, fadeEdges } from '../../audio/fade.ts';
import { limitTruePeak } from '../../audio/limiter.ts';
import { amplitude, decibels, integratedLoudness } from '../../audio/loudness.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import { truePeak } from '../../audio/true-peak.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FittedSpeech, Line, Pcm } from '../../media-types.ts';
import type { Report, Warning } from '../../report.ts';
import { duck, replacedSpans } from '../../audio/duck.ts';
import { lineLoudness, lineTargets, UNHEARD_LUFS, type SourceLevels } from '../../audio/line-loudness.ts';

export interface MixJob {
  /** The source's sound at its own rate and channels. It is overwritten by the mix. */
  readonly original: Pcm;
  readonly lines: readonly Line[];
  readonly speech: readonly FittedSpeech[];
  /** 'separated': the voice was already removed from `original`, and nothing more is done to it. */
  readonly background: 'separated' | 'duck' | 'none';
  /** Loudness of the source before anything was removed from it; measured on `original` when absent. */
  readonly levels?: SourceLevels;
}

export interface Mixed {
  /** The arrays of `original`, now with the mix: same length, same number of channels. */
  readonly mix: Pcm;
  /** The dub alone as in the mix (before the limiter), mono, same length as the mix: for measuring. */
  readonly dub: Pcm;
  readonly loudness: Report['loudness'];
  readonly warnings: readonly Warning[];
}

/** How far the original is lowered under the dub. */
const DUCK_DB = -18;
const CEILING_DBTP = -1;
/** Close enough to the source's loudness to stop, and far enough to count as missed, in LU. */
const CLOSE_LU = 0.2;
const MISSED_LU = 1;
const MOST_ROUNDS = 5;
/** A mix is not amplified more than this; it would be noise. */
const MOST_LIFT_DB = 20;
/** Fade of a line that the end of the file cuts off (only when there was no room at all). */
const CUT_FADE_SECONDS = 0.005;

/**
 * Mixes the dub over the original, in place: the original ducked (or silenced, or already without its voice), each line
 * as loud as the source line, the whole as loud as the source (within 1 LU, EBU R128) and not above −1 dBTP.
 * @param breathe called between steps, so that the host can handle events (a click on Stop)
 * @throws OctaviaError `job.cancelled`
 */
export async function mix(
  { original, lines, speech, background, levels }: MixJob,
  signal: AbortSignal,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Mixed> {
  const { channels, sampleRate } = original;
  const step = async (): Promise<void> => {
    await breathe();
    throwIfAborted(signal);
  };
  await step();
  const { lufs: sourceLufs, targets } = levels ?? {
    lufs: integratedLoudness(channels, sampleRate),
    targets: lineTargets(lines, lineLoudness(lines, original)),
  };
  const dub = new Float32Array(channels[0]?.length ?? 0);
  const resamplers = new Map<number, Resampler>();
  for (const line of speech) {
    const from = line.pcm.sampleRate;
    const resample = resamplers.get(from) ?? createResampler(from, sampleRate);
    resamplers.set(from, resample);
    addLine(dub, sampleRate, line, targets.get(line.id), resample);
    throwIfAborted(signal);
  }
  await step();
  if (background === 'none') for (const samples of channels) samples.fill(0);
  if (background === 'duck') duck(channels, sampleRate, replacedSpans(lines, speech), DUCK_DB);
  addToChannels(dub, channels);
  await step();
  const outputLufs = await matchLoudness([...channels], dub, sampleRate, sourceLufs, step);
  await step();
  const truePeakDb = decibels(truePeak(channels));
  return {
    mix: original,
    dub: { sampleRate, channels: [dub] },
    loudness: { sourceLufs, outputLufs, truePeakDb },
    warnings: warningsOf(sourceLufs, outputLufs),
  };
}

function addLine(
  dub: Float32Array,
  rate: number,
  line: FittedSpeech,
  target: number | undefined,
  resample: Resampler,
): void {
  const spoken = line.pcm.channels[0];
  if (spoken === undefined || spoken.length === 0) return;
  const loudness = integratedLoudness([spoken], line.pcm.sampleRate);
  if (target === undefined || !Number.isFinite(loudness)) return;
  const gain = amplitude(target - loudness);
  const at = Math.max(0, Math.round(line.start * rate));
  const whole = resample(spoken);
  const fits = whole.length <= dub.length - at;
  const samples = fits ? whole : whole.slice(0, Math.max(0, dub.length - at));
  if (!fits) fadeEdges(samples, 0, CUT_FADE_SECONDS * rate);
  for (let i = 0; i < samples.length; i++) dub[at + i]! += gain * samples[i]!;
}

/** Into the centre where the layout has one (5.0 and up, ffmpeg's order), else equally into both fronts. */
function addToChannels(dub: Float32Array, channels: readonly Float32Array[]): void {
  const centre = channels.length >= 5 ? channels[2] : channels.length === 1 ? channels[0] : undefined;
  const fronts = centre === undefined ? channels.slice(0, 2) : [centre];
  // Equal power: the same loudness whether one channel speaks or two.
  const gain = 1 / Math.sqrt(fronts.length);
  for (const samples of fronts) {
    for (let i = 0; i < dub.length; i++) samples[i]! += gain * dub[i]!;
  }
}

/** Alternates gain and limiter until the mix is as loud as the source. @returns LUFS reached */
async function matchLoudness(
  channels: readonly Float32Array[],
  dub: Float32Array,
  sampleRate: number,
  sourceLufs: number,
  step: () => Promise<void>,
): Promise<number> {
  limitTruePeak(channels, sampleRate, CEILING_DBTP);
  let reached = integratedLoudness(channels, sampleRate);
  let lift = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await step();
    const missing = sourceLufs - reached;
    if (sourceLufs < UNHEARD_LUFS || !Number.isFinite(missing) || Math.abs(missing) <= CLOSE_LU) break;
    if (lift + missing > MOST_LIFT_DB) break;
    lift += missing;
    for (const samples of [...channels, dub]) applyGain(samples, amplitude(missing));
    limitTruePeak(channels, sampleRate, CEILING_DBTP);
    reached = integratedLoudness(channels, sampleRate);
  }
  return reached;
}

function warningsOf(sourceLufs: number, outputLufs: number): Warning[] {
  const warnings: Warning[] = [];
  if (sourceLufs >= UNHEARD_LUFS && Math.abs(outputLufs - sourceLufs) > MISSED_LU) {
    warnings.push({
      code: 'loudness.limited',
      message: `The dub is at ${outputLufs.toFixed(1)} LUFS, the source at ${sourceLufs.toFixed(1)}: its peaks leave no room.`,
    });
  }
  return warnings;
}
