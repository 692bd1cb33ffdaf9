import type { CloudCode } from './refusal.ts';

const LATER = 'Wait a moment and try again.';

/** What the cloud refuses, in words, and what the user can do about it. */
const CLOUD_MESSAGES: Partial<Record<CloudCode, readonly [title: string, next: string]>> = {
  'cloud.unreachable': [
    'The cloud cannot be reached.',
    'Check your connection; what was sent so far is kept and goes on from there.',
  ],
  'cloud.other_file': [
    'This is another file than the one whose upload was begun.',
    'Choose the same file again, or cancel this upload and begin anew.',
  ],
  'cloud.no_job': ['This job is not known here.', 'It may have been deleted, or belong to another account.'],
  'cloud.no_sign_in': [
    'The sign-in of this cloud cannot be reached.',
    'Check your connection and try again, or dub on this device.',
  ],
  'auth.sign_in': [
    'You are not signed in to the cloud.',
    'Sign in under History; what was sent so far is kept and goes on from there.',
  ],
  'auth.required': ['The cloud does not know this browser any more.', 'Reload the page and try again.'],
  'auth.forbidden': ['This may not be done with your account.', 'Use the browser that began it.'],
  'auth.link': ['The link to the file has expired.', 'Reload the page: it asks for a new one.'],
  'rate.limited': ['Too many requests at a time.', LATER],
  'not.found': ['This is no longer there.', 'It may have been deleted, or belong to another account.'],
  'request.invalid': ['The cloud does not understand this request.', 'Reload the page and try again.'],
  'request.too_large': [
    'The request is larger than the cloud takes.',
    'Use shorter subtitles or fewer terms.',
  ],
  'upload.too_large': [
    'The file is larger than the cloud takes.',
    'Cut it into parts, or dub it on this device.',
  ],
  'upload.too_many': [
    'You have too many unfinished uploads.',
    'Finish or cancel one of them under History first.',
  ],
  'upload.quota': [
    'Your files take all the space you have in the cloud.',
    'Delete a job under History first.',
  ],
  'job.too_many': [
    'You have too many jobs that are not finished.',
    'Wait for one, or stop one under History.',
  ],
  'upload.expired': ['The upload was not finished in time and is gone.', 'Begin it anew.'],
  'upload.failed': [
    'The file did not arrive whole where it was sent.',
    'Cancel this upload and begin it anew.',
  ],
  'upload.finished': ['The upload is finished and cannot be changed.', 'Reload the page.'],
  'upload.incomplete': ['The file has not arrived completely yet.', LATER],
  'job.finished': ['The job has already ended.', 'Reload the page to see its result.'],
  'job.not_done': ['The job is not finished yet.', LATER],
  'job.gave_up': [
    'The job was tried several times and never finished.',
    'Nothing is billed. Try it on this device, or begin it anew.',
  ],
  'job.source_unreachable': [
    'The cloud’s storage, where the file of this job lies, could not be reached for hours.',
    'Nothing is billed, and nothing has to be sent again: try it again, or dub on this device.',
  ],
  'job.other_wish': [
    'The cloud has a job of this file into this language that was asked for otherwise.',
    'Delete it under History first, or choose the file anew to send it again.',
  ],
  'storage.full': [
    'The cloud has no space left for this file.',
    'Try again later, or dub it on this device.',
  ],
  unavailable: ['A part of the cloud is not available.', LATER],
};

export function cloudMessage(code: string): readonly [title: string, next: string] | undefined {
  return Object.hasOwn(CLOUD_MESSAGES, code) ? CLOUD_MESSAGES[code as CloudCode] : undefined;
}
