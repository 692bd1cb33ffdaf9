import type { PullEvent } from '@octavia/pipeline/packs/progress';
import type { PullNews } from './protocol.ts';

/** More frequent news would only keep the pages busy. */
const PAUSE_SECONDS = 0.2;

/** Turns a pull's reports into news for the pages: its progress, and what holds it up. */
export function newsFrom(
  models: readonly string[],
  now: () => number,
  onNews: (news: PullNews) => void,
): (event: PullEvent) => void {
  let trouble: string | undefined;
  let bytes = 0;
  let told = -Infinity;
  return (event) => {
    if (event.type === 'source') return;
    if (event.type === 'file') {
      if (event.state === 'waiting') trouble = 'another tab is downloading it';
      else trouble = event.state === 'retrying' ? (event.reason ?? 'trying again') : trouble;
      // The progress that follows reports this at once.
      told = -Infinity;
      return;
    }
    if (event.bytes > bytes) trouble = undefined;
    bytes = event.bytes;
    if (now() - told < PAUSE_SECONDS) return;
    told = now();
    const { totalBytes, approximate, secondsLeft } = event;
    onNews({ models, trouble, bytes, totalBytes, approximate, secondsLeft });
  };
}
