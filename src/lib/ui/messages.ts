import { ERRORS, type ErrorCode } from '@octavia/pipeline/error-codes';
import { isErrorCode, toOctaviaError, type ErrorData } from '@octavia/pipeline/errors';

/** Something that went wrong, as data. */
export interface Problem {
  /** Stable; an ErrorCode, unless a server newer than the page sent it. */
  readonly code: string;
  readonly detail?: string | undefined;
}

/** Turns any thrown value into a problem to show. */
export function problemOf(thrown: unknown): ErrorData {
  return toOctaviaError(thrown).toJSON();
}

/** An error in words: what went wrong, and what the user can do about it. */
export function explain(code: string): { title: string; next: string } {
  const known = isErrorCode(code) ? code : 'internal';
  return { title: ERRORS[known].message, next: NEXT_STEP[known] ?? LATER };
}

const LATER = 'Wait a moment and try again.';

const NEXT_STEP: Readonly<Partial<Record<ErrorCode, string>>> = {
  'call.invalid': 'Check the choices above and try again.',
  'input.missing': 'Choose the file again; it may have been moved or deleted.',
  'input.empty': 'The file has no content. Export or download it again.',
  'input.not_media': 'Choose a video (MP4, MOV, MKV, WebM, AVI) or an audio file (MP3, M4A, WAV, OGG, FLAC).',
  'input.truncated': 'Download or copy the file again; this copy is incomplete.',
  'input.no_audio': 'Choose a file that has sound.',
  'input.too_short': 'Choose a longer clip.',
  'input.too_large': 'Cut the file into shorter parts, or make its picture smaller.',
  'input.stuck': 'Export or convert the file again, for example to MP4.',
  'input.no_speech': 'Choose a clip in which someone speaks, or add subtitles that say what to speak.',
  'input.audio_track': 'Choose another audio track under More options.',
  'subtitles.unreadable': 'Choose subtitles, such as an .srt, .vtt, .ass or .ttml file.',
  'subtitles.encoding': 'Save the subtitles as UTF-8 text and add them again.',
  'subtitles.no_overlap': 'Check that the subtitles belong to this video.',
  'language.unsupported': 'Pick another language under “Dub into”.',
  'language.pair_unavailable':
    'Get a better pack under Models, or pick another language. You can also add subtitles in the language you dub into, and Octavia will speak them.',
  'language.unrecognised':
    'Add subtitles in the spoken language or in the one you dub into, or get a better pack under Models.',
  'model.missing':
    'Get it under Models, where you also see what is installed. “npm start” prepares the models that come with Octavia.',
  'model.damaged': 'Get it again under Models. “npm run models” restores the models that come with Octavia.',
  'catalogue.invalid': 'Reload the page. If that does not help, tell whoever runs this site.',
  'model.changed': 'Nothing was replaced. Use the original host, or tell whoever runs this site.',
  'model.untrusted': 'Use an https address, or drop the files on the Models page.',
  'model.unreachable': 'Check your connection and try again. What has been downloaded is kept.',
  'model.unavailable': 'Try again later, or drop the model’s files on the Models page.',
  'model.failed': 'Close other tabs to free memory, then try again.',
  'storage.full':
    'Delete old jobs in the history, remove packs under Models, or free space on the disk, then try again.',
  'storage.failed': 'Allow this site to store data, then try again. Private windows often do not.',
  'media.failed': 'Try the file in another container, such as MP4.',
  'policy.privacy': 'Switch off “Only on this device” if this job may go to the cloud.',
  'policy.quota': 'Cut the file into shorter parts.',
  'policy.time': 'Cut the file into shorter parts.',
  'policy.consent_required': 'Confirm that every speaker agrees, or choose another voice under More options.',
  'job.cancelled': 'Start it again whenever you like. Finished lines are kept.',
  'request.invalid': 'Reload the page and try again.',
  'request.too_large': 'Use shorter subtitles or fewer terms.',
  'auth.required': 'Reload the page and try again.',
  'auth.sign_in': 'Sign in under History. What was sent so far is kept.',
  'auth.forbidden': 'Use the browser it was started in.',
  'auth.link': 'Reload the page to get a new link.',
  'not.found': 'It may have been deleted, or belong to another account.',
  'upload.too_large': 'Cut it into parts, or dub it on this device.',
  'upload.too_many': 'Finish or cancel one of them under History first.',
  'upload.quota': 'Delete a job under History first.',
  'upload.expired': 'Start it again.',
  'upload.failed': 'Cancel this upload and start it again.',
  'upload.finished': 'Reload the page.',
  'job.too_many': 'Wait until one has finished, or stop one under History.',
  'job.other_wish': 'Delete it under History first, or choose the file again to send it once more.',
  'job.finished': 'Reload the page to see its result.',
  'job.gave_up': 'You are not charged. Dub it on this device, or start it again.',
  'job.source_unreachable':
    'You are not charged, and nothing has to be sent again. Try again, or dub it on this device.',
  'cloud.unreachable': 'Check your connection. What was sent so far is kept.',
  'cloud.refused': 'Reload the page to get its latest version.',
  'cloud.other_file': 'Choose the same file again, or cancel this upload and start again.',
  'cloud.no_job': 'It may have been deleted, or belong to another account.',
  'cloud.no_sign_in': 'Check your connection and try again, or dub on this device.',
  internal: 'Try again. If it happens again, tell whoever runs this site.',
};
