import { UNHEARD_LUFS, type SourceLevels } from '../../audio/line-loudness.ts';
import { applyGain } from '../../audio/fade.ts';
import { amplitude, decibels, gatedLoudness } from '../../audio/loudness.ts';
import { replacedSpans } from '../../audio/duck.ts';
import { throwIfAborted } from '../../errors.ts';
import type { FittedSpeech, Line, Sound } from '../../media-types.ts';
import type { Report, Warning } from '../../report.ts';
import { changed } from '../../sound/sound.ts';
import { lowered, silence } from './bed.ts';
import { dubTrack } from './dub-track.ts';
import { MixedSound } from './mixed-sound.ts';

export interface MixJob {
  /** The source's sound at its own rate and channels. */
  readonly original: Sound;
  readonly lines: readonly Line[];
  readonly speech: readonly FittedSpeech[];
  /** 'separated': the voice was already removed from `original`, and nothing more is done to it. */
  readonly background: 'separated' | 'duck' | 'none';
  /** Loudness of the source before anything was removed from it. */
  readonly levels: SourceLevels;
}

export interface Mixed {
  /** Same length and number of channels as `original`; mixed while it is read. */
  readonly mix: Sound;
  /** The dub alone as in the mix (before the limiter), mono, same length as the mix: for measuring. */
  readonly dub: Sound;
  readonly loudness: Report['loudness'];
  readonly warnings: readonly Warning[];
}

/** How far the original is lowered under the dub. */
const DUCK_DB = -18;
/** Close enough to the source's loudness to stop, and far enough to count as missed, in LU. */
const CLOSE_LU = 0.2;
const MISSED_LU = 1;
const MOST_ROUNDS = 5;
/** A mix is not amplified more than this; it would be noise. */
const MOST_LIFT_DB = 20;

/**
 * Mixes the dub over the original: the original ducked (or silenced, or already without its voice), each line as loud as
 * the source line, the whole as loud as the source (within 1 LU, EBU R128) and not above −1 dBTP.
 * @param breathe called between blocks, so that the host can handle events (a click on Stop)
 * @param onProgress fraction 0…1
 * @throws OctaviaError `job.cancelled`, `storage.failed`
 */
export async function mix(
  { original, lines, speech, background, levels }: MixJob,
  signal: AbortSignal,
  breathe: () => Promise<void> = () => Promise.resolve(),
  onProgress: (fraction: number) => void = () => undefined,
): Promise<Mixed> {
  const step = async (): Promise<void> => {
    await breathe();
    throwIfAborted(signal);
  };
  await step();
  const { lufs: sourceLufs, targets } = levels;
  const dub = dubTrack(speech, targets, original);
  const bed =
    background === 'none'
      ? silence(original)
      : background === 'duck'
        ? lowered(original, replacedSpans(lines, speech), DUCK_DB)
        : original;
  const mixed = new MixedSound(bed, dub);
  const { lift, lufs: outputLufs, peak } = await matchLoudness(mixed, sourceLufs, step, onProgress);
  return {
    mix: mixed,
    dub: louder(dub, amplitude(lift)),
    loudness: { sourceLufs, outputLufs, truePeakDb: decibels(peak) },
    warnings: warningsOf(sourceLufs, outputLufs),
  };
}

/** Changes the gain until the limited mix is as loud as the source. @returns the gain in dB, and the levels reached */
async function matchLoudness(
  mixed: MixedSound,
  sourceLufs: number,
  step: () => Promise<void>,
  onProgress: (fraction: number) => void,
): Promise<{ lift: number; lufs: number; peak: number }> {
  let lift = 0;
  for (let round = 0; ; round++) {
    const heard = await levelsOf(mixed, step, (part) => onProgress(round === 0 ? part : 1));
    const missing = sourceLufs - heard.lufs;
    const done = sourceLufs < UNHEARD_LUFS || !Number.isFinite(missing) || Math.abs(missing) <= CLOSE_LU;
    if (done || round === MOST_ROUNDS || lift + missing > MOST_LIFT_DB) return { lift, ...heard };
    lift += missing;
    mixed.gain = amplitude(lift);
  }
}

async function levelsOf(
  mixed: MixedSound,
  step: () => Promise<void>,
  onProgress: (fraction: number) => void,
): Promise<{ lufs: number; peak: number }> {
  const energies: number[] = [];
  let peak = 0;
  for (let number = 0; number < mixed.blocks; number++) {
    await step();
    const levels = await mixed.levels(number);
    for (const energy of levels.energies) energies.push(energy);
    peak = Math.max(peak, levels.peak);
    onProgress((number + 1) / mixed.blocks);
  }
  return { lufs: gatedLoudness(energies), peak };
}

function louder(sound: Sound, gain: number): Sound {
  return changed(sound, (planes) => planes.forEach((samples) => applyGain(samples, gain)));
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
