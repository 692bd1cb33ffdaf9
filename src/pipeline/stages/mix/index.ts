import { lineLoudness, lineTargets } from '../../audio/line-loudness.ts';
import type { FittedSpeech, Sound } from '../../media-types.ts';
import type { Report } from '../../report.ts';
import type { DubRun } from '../../run.ts';
import { decodeWhole } from '../demux/decode-track.ts';
import type { Heard } from '../diarise/index.ts';
import type { Separated } from '../separate/index.ts';
import { measureLines, type LineMeasure } from './measure.ts';
import { mix as layOver, type MixJob } from './mix.ts';

/** The finished sound, and what can be heard of each line in it. */
export interface Mix {
  readonly sound: Sound;
  readonly loudness: Report['loudness'];
  /** By line id. */
  readonly lines: ReadonlyMap<string, LineMeasure>;
}

/** Speech and source → the finished sound, which is mixed while it is read. */
export async function mix(
  run: DubRun,
  heard: Heard,
  speech: readonly FittedSpeech[],
  separated: Separated | undefined,
): Promise<Mix> {
  const { host, signal } = run;
  const { lines } = heard.transcript;
  const mixed = await run.stage('mix', async (progress) => {
    const background = await backgroundOf(run, heard, separated, (part) => progress(part / 3));
    const breathe = () => host.clock.breathe();
    const onProgress = (part: number) => progress((1 + 2 * part) / 3);
    const done = await layOver({ ...background, lines, speech }, signal, breathe, onProgress);
    for (const { code, message } of done.warnings) run.warn(code, message);
    const measured = await measureLines(lines, speech, done.dub, heard.sound.seconds);
    return [{ sound: done.mix, loudness: done.loudness, lines: measured }, { model: null }];
  });
  warnOfOverruns(run, speech, mixed.lines);
  return mixed;
}

async function backgroundOf(
  run: DubRun,
  heard: Heard,
  separated: Separated | undefined,
  onProgress: (fraction: number) => void,
): Promise<Pick<MixJob, 'original' | 'levels' | 'background'>> {
  if (separated !== undefined) {
    return { original: separated.sound, levels: separated.levels, background: 'separated' };
  }
  const { sound: original, lufs } = await decodeWhole(run, heard.sound, onProgress);
  const { lines } = heard.transcript;
  const levels = { lufs, targets: lineTargets(lines, await lineLoudness(lines, original)) };
  return { original, levels, background: run.request.background === 'none' ? 'none' : 'duck' };
}

function warnOfOverruns(
  run: DubRun,
  speech: readonly FittedSpeech[],
  lines: ReadonlyMap<string, LineMeasure>,
): void {
  // A line that was moved forward to fit has the note too, but does not run over.
  const over = speech.filter(
    ({ id, notes }) => notes.includes('fit.overrun') && Math.round(lines.get(id)?.overrunMs ?? 0) > 0,
  );
  if (over.length === 0) return;
  const worst = Math.max(...over.map(({ id }) => lines.get(id)?.overrunMs ?? 0));
  run.warn(
    'fit.lines_overrun',
    `${over.length} of ${lines.size} lines do not fit their place, by ${Math.round(worst)} ms at most.`,
  );
}
