import type { RawCue, RawFile } from './raw-cue.ts';

const FRAMES = /^\{(\d{1,8})\}\{(\d{0,8})\}(.*)$/;
const TENTHS = /^\[(\d{1,8})\]\[(\d{0,8})\](.*)$/;

/** MicroDVD (`{frame}{frame}text`) and MPL2 (`[tenth][tenth]text`), or undefined when the text is neither. */
export function readMicroDvd(text: string, frameRate: number): RawFile | undefined {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const pattern = [FRAMES, TENTHS].find((one) => one.test(lines[0]?.replace('\ufeff', '') ?? ''));
  if (pattern === undefined) return undefined;
  let rate = pattern === TENTHS ? 10 : frameRate;
  let told = false;
  const cues: RawCue[] = [];
  let unreadable = 0;
  for (const line of lines) {
    const [, start, end = '', body = ''] = pattern.exec(line.replace('\ufeff', '')) ?? [];
    // The rate is the text of the first frame.
    const stated = cues.length === 0 && pattern === FRAMES && Number(start) <= 1 ? Number(body) : 0;
    if (stated > 5 && stated < 200) {
      rate = stated;
      told = true;
    } else if (start === undefined) unreadable++;
    else
      cues.push({ start: Number(start) / rate, end: Number(end) / rate, lines: body.split('|').map(plain) });
  }
  return { format: 'microdvd', cues, unreadable, frames: pattern === FRAMES && !told };
}

/** `/` starts a line in italics, `{y:i}` any style. */
function plain(line: string): string {
  return line.replace(/^\//, '').replace(/\{[a-zA-Z]:[^{}]{0,60}\}/g, '');
}
