import { bytesInWords } from '@octavia/pipeline/plan/words';
import type { PullEvent } from '@octavia/pipeline/packs/progress';
import { drawBar, left } from '../job/progress.ts';
import type { Terminal } from '../call/terminal.ts';

const SAID: Readonly<Record<'damaged' | 'waiting' | 'making' | 'retrying', string>> = {
  damaged: 'is damaged; downloading it again',
  making: 'is being put together from its parts',
  waiting: 'is being downloaded by another process; waiting for it',
  retrying: 'is being tried again',
};

/** Shows a pull: a bar on a terminal, elsewhere a line per file and per tenth. Problems are put into words on both. */
export function showPull(terminal: Terminal): (event: PullEvent) => void {
  let tenths = 0;
  let current = '';
  return (event) => {
    if (event.type === 'file') {
      const { model, path, state, reason } = event;
      if (state === 'fetching') current = path.slice(path.lastIndexOf('/') + 1);
      const what = path === '' ? model : `${model}/${path}`;
      if (state === 'done') {
        if (!terminal.live) terminal.say(path === '' ? `${what}: here` : what);
      } else if (state !== 'fetching') {
        terminal.say(`${what} ${SAID[state]}${reason === undefined ? '' : ` (${reason})`}`);
      }
      return;
    }
    if (event.type === 'source') {
      tenths = 0;
      terminal.say(sourceInWords(event));
      return;
    }
    const { bytes, totalBytes, approximate, secondsLeft } = event;
    const fraction = totalBytes === 0 ? 1 : bytes / totalBytes;
    const size = `${bytesInWords(bytes)} of ${approximate ? 'about ' : ''}${bytesInWords(totalBytes)}`;
    if (terminal.live) {
      terminal.redraw(drawBar(fraction, `  ${size}${left(secondsLeft)}  ${current}`, terminal.width));
    } else if (Math.floor(fraction * 10) > tenths) {
      tenths = Math.floor(fraction * 10);
      terminal.say(`${tenths * 10} %, ${size}${left(secondsLeft)}`);
    }
  };
}

/** Says that a source did not provide a model, why, and which one is asked next. */
export function sourceInWords({
  model,
  source,
  reason,
  next,
}: Extract<PullEvent, { type: 'source' }>): string {
  return `${model}: not from ${source} (${reason}); now asking ${next}.`;
}

/** Ends the bar, so that the next line starts clean. */
export function endPull(terminal: Terminal): void {
  if (terminal.live) terminal.redraw('');
}
