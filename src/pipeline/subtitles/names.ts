/** Endings of subtitle files. The format is still detected from the content. */
const FORMATS = ['srt', 'vtt', 'ass', 'ssa', 'ttml', 'dfxp', 'sub', 'sbv'];
/** Text that may be subtitles and is not a video. Some systems hide the last ending of `talk.srt.txt`. */
export const SUBTITLE_ENDINGS: readonly string[] = [...FORMATS, 'xml', 'txt'];

/** Whether a file may be a subtitle file, by its name. */
export function isSubtitleName(name: string): boolean {
  return SUBTITLE_ENDINGS.includes(name.split('.').at(-1)?.toLowerCase() ?? '');
}
