import type { DubEvent, StageName } from '@octavia/pipeline';
import { durationInWords } from '@octavia/pipeline/plan/words';
import type { Terminal } from '../call/terminal.ts';

const BAR = 24;

const DOING: Readonly<Record<StageName, string>> = {
  demux: 'Reading the sound',
  vad: 'Finding speech',
  recognise: 'Listening',
  diarise: 'Telling speakers apart',
  translate: 'Translating',
  synthesise: 'Speaking',
  fit: 'Fitting',
  separate: 'Removing the original voice',
  mix: 'Mixing',
  mux: 'Writing the file',
};

/**
 * Shows a dub's events: one bar that is redrawn on a terminal; elsewhere a line per stage, and one per tenth of a long
 * stage.
 */
export function showProgress(terminal: Terminal, quiet: boolean): (event: DubEvent) => void {
  if (quiet) return () => undefined;
  let stage: StageName | undefined;
  let tenths = 0;
  return (event) => {
    switch (event.type) {
      case 'stage':
        if (event.state === 'skipped') terminal.say(`${DOING[event.stage]}: not needed`);
        if (event.state !== 'running' || event.stage === stage) return;
        stage = event.stage;
        if (!terminal.live) terminal.say(`${DOING[stage]} …`);
        return;
      case 'progress':
        if (terminal.live) terminal.redraw(bar(event.fraction, event.secondsLeft, stage, terminal.width));
        else if (Math.floor(event.fraction * 10) > tenths) {
          tenths = Math.floor(event.fraction * 10);
          terminal.say(`${tenths * 10} %${left(event.secondsLeft)}`);
        }
        return;
      case 'detected':
        terminal.say(`The spoken language is ${event.language}${surely(event.confidence)}`);
        return;
      case 'warning':
        terminal.say(`Note: ${event.warning.message} [${event.warning.code}]`);
        return;
      case 'line':
    }
  };
}

/** Ends the bar, so that the next line starts clean. */
export function endProgress(terminal: Terminal, quiet: boolean): void {
  if (!quiet && terminal.live) terminal.redraw('');
}

function bar(
  fraction: number,
  secondsLeft: number | undefined,
  stage: StageName | undefined,
  width: number,
): string {
  const doing = stage === undefined ? '' : `  ${DOING[stage]}`;
  return drawBar(fraction, `${doing}${left(secondsLeft)}`, width);
}

/** A bar of 0…1 with words behind it, cut to the terminal's width. */
export function drawBar(fraction: number, words: string, width: number): string {
  const full = Math.round(fraction * BAR);
  const percent = `${Math.floor(fraction * 100)}`.padStart(3);
  const text = `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent} %${words}`;
  return text.slice(0, Math.max(0, width - 1));
}

/** ", about 2 min left", where that is known. */
export function left(seconds: number | undefined): string {
  return seconds === undefined || seconds < 0.5 ? '' : `, ${durationInWords(seconds)} left`;
}

function surely(confidence: number | undefined): string {
  return confidence === undefined ? '' : ` (${Math.round(confidence * 100)} % sure)`;
}
