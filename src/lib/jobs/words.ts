import type { NoteCode } from '@octavia/pipeline/media-types';
import type { StageName } from '@octavia/pipeline/report';

/** What each stage does, in the user's words. */
export const STAGE_NAMES: Readonly<Record<StageName, string>> = {
  demux: 'Open the file',
  vad: 'Find speech',
  recognise: 'Transcribe',
  diarise: 'Tell the speakers apart',
  translate: 'Translate',
  synthesise: 'Speak the lines',
  fit: 'Fit the timing',
  separate: 'Remove the original voice',
  mix: 'Mix the sound',
  mux: 'Write the file',
};

/** Problems with a line. */
export const NOTES: Readonly<Record<NoteCode, string>> = {
  'fit.fast': 'Spoken fast to fit',
  'fit.overrun': 'Runs past its slot',
  'fit.shortened': 'A shorter wording was used',
  'fit.delayed': 'Starts late',
  'translate.untranslated': 'Left untranslated',
  'translate.truncated': 'Translation was cut short',
  'translate.repetition': 'Repetition removed',
  'subtitles.overlap': 'Subtitle overlapped the next one',
  'subtitles.clipped': 'Subtitle ran past the end',
  'subtitles.snapped': 'Moved to where speech begins',
  'synthesise.silent': 'The voice came out silent',
  'voice.fallback': 'Spoken by another voice: the cloned one failed',
};
