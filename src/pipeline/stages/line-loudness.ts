import { integratedLoudness } from '../audio/loudness.ts';
import type { Line, Pcm } from '../media-types.ts';

/** Sound below this is silence to a listener; its loudness is no model for anything. */
export const UNHEARD_LUFS = -60;
/** Loudness of a dub whose source gives no measure (EBU R128's programme level). */
const USUAL_LUFS = -23;
/** A line follows the source's dynamics this far from its speaker's usual loudness, in LU. */
const FOLLOWS_LU = 6;

/**
 * How loud each line is to be, in LUFS: as loud as it was in the source, within 6 LU of the speaker's median,
 * so that neither a subtitle over silence nor one over an explosion makes an outlier.
 */
export function lineTargets(lines: readonly Line[], original: Pcm): ReadonlyMap<string, number> {
  const { channels, sampleRate } = original;
  const measured = lines.map((line) => {
    const from = Math.max(0, Math.round(line.start * sampleRate));
    const to = Math.min(channels[0]?.length ?? 0, Math.round(line.end * sampleRate));
    return { line, lufs: integratedLoudness(channels, sampleRate, from, Math.max(from, to)) };
  });
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
