import type { Line, Sound } from '../media-types.ts';
import { LoudnessMeter } from './loudness.ts';

/** Sound below this is silence to a listener, so its loudness is not used as a reference. */
export const UNHEARD_LUFS = -60;
/** Loudness of a dub whose source cannot be measured (EBU R128's programme level). */
const USUAL_LUFS = -23;
/** A line follows the source's dynamics this far from its speaker's usual loudness, in LU. */
const FOLLOWS_LU = 6;

/** Loudness of the source as a whole, and the target of each line by line id; in LUFS. */
export interface SourceLevels {
  readonly lufs: number;
  readonly targets: ReadonlyMap<string, number>;
}

/** Seconds of a line that are measured at a time. */
const PIECE = 10;

/** How loud a sound is during each line, in LUFS. */
export async function lineLoudness(lines: readonly Line[], sound: Sound): Promise<readonly number[]> {
  const { sampleRate, frames } = sound;
  const found: number[] = [];
  for (const line of lines) {
    const meter = new LoudnessMeter(sound.channels, sampleRate);
    const to = Math.min(frames, Math.round(line.end * sampleRate));
    const piece = PIECE * sampleRate;
    for (let from = Math.max(0, Math.round(line.start * sampleRate)); from < to; from += piece) {
      meter.push(await sound.read(from, Math.min(to, from + piece)));
    }
    found.push(meter.lufs());
  }
  return found;
}

/** Loudness of what was removed from a sound, in LUFS, from its loudness before and after: powers add up. */
export function takenOut(before: readonly number[], after: readonly number[]): readonly number[] {
  return before.map((lufs, index) => {
    const rest = 10 ** ((after[index] ?? -Infinity) / 10);
    return 10 * Math.log10(Math.max(10 ** (lufs / 10) - rest, 0));
  });
}

/**
 * How loud each line should be, in LUFS: as loud as it was in the source, within 6 LU of the speaker's median, so that
 * neither a subtitle over silence nor one over an explosion makes an outlier.
 * @param loudness of the source during each line, in LUFS
 */
export function lineTargets(
  lines: readonly Line[],
  loudness: readonly number[],
): ReadonlyMap<string, number> {
  const measured = lines.map((line, index) => ({ line, lufs: loudness[index] ?? -Infinity }));
  const heard = measured.filter(({ lufs }) => lufs >= UNHEARD_LUFS);
  const overall = median(heard.map(({ lufs }) => lufs)) ?? USUAL_LUFS;
  const usual = new Map(
    [...new Set(lines.map(({ speaker }) => speaker))].map((speaker) => [
      speaker,
      median(heard.filter(({ line }) => line.speaker === speaker).map(({ lufs }) => lufs)) ?? overall,
    ]),
  );
  return new Map(
    measured.map(({ line, lufs }) => {
      const middle = usual.get(line.speaker) ?? overall;
      const followed = Math.min(middle + FOLLOWS_LU, Math.max(middle - FOLLOWS_LU, lufs));
      return [line.id, lufs >= UNHEARD_LUFS ? followed : middle];
    }),
  );
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
