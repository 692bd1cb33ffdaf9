/** How names of subtitle files end. The format is told by the content all the same. */
const FORMATS = ['srt', 'vtt', 'ass', 'ssa', 'ttml', 'dfxp', 'sub', 'sbv'];
/** Text that may be subtitles, and is no video. Some systems hide the last ending of `talk.srt.txt`. */
export const SUBTITLE_ENDINGS: readonly string[] = [...FORMATS, 'xml', 'txt'];

/** Whether a file may be one of subtitles, by its name. */
export function isSubtitleName(name: string): boolean {
  return SUBTITLE_ENDINGS.includes(name.split('.').at(-1)?.toLowerCase() ?? '');
}
