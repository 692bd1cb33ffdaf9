interface Entry {
  /** Process exit code of the command line (architecture.md, "Command line"). */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6;
  readonly message: string;
}

/** The errors of a dub on any host. */
const DUB_ERRORS = {
  'call.invalid': { exit: 2, message: 'The request is not valid.' },
  'input.missing': { exit: 3, message: 'The file cannot be found or read.' },
  'input.empty': { exit: 3, message: 'The file is empty.' },
  'input.not_media': { exit: 3, message: 'This is not a video or audio file that Octavia can read.' },
  'input.truncated': { exit: 3, message: 'The file ends too early; part of it is missing.' },
  'input.no_audio': { exit: 3, message: 'The file has no sound, so there is nothing to dub.' },
  'input.too_short': { exit: 3, message: 'The sound is too short to contain speech.' },
  'input.too_large': { exit: 3, message: 'The file is longer or larger than allowed here.' },
  'input.stuck': { exit: 3, message: 'The file cannot be read: decoding it never finishes.' },
  'input.no_speech': { exit: 3, message: 'No speech was found in the sound.' },
  'input.audio_track': { exit: 3, message: 'The file has no such audio track.' },
  'subtitles.unreadable': { exit: 3, message: 'The subtitles are in no format that Octavia can read.' },
  'subtitles.encoding': { exit: 3, message: 'The subtitles are in a text encoding that cannot be read.' },
  'subtitles.no_overlap': { exit: 3, message: 'No subtitle falls within the length of the file.' },
  'language.unsupported': { exit: 2, message: 'Octavia does not speak this language.' },
  'language.pair_unavailable': {
    exit: 4,
    message: 'No installed model translates between these languages.',
  },
  'language.unrecognised': { exit: 4, message: 'No installed model understands this spoken language.' },
  'model.missing': { exit: 4, message: 'A model that this job needs is not installed.' },
  'model.damaged': { exit: 4, message: 'A model file does not match its recorded hash.' },
  'catalogue.invalid': { exit: 4, message: 'The model catalogue cannot be used.' },
  'model.changed': { exit: 4, message: 'A model file has changed since it was recorded.' },
  'model.untrusted': { exit: 4, message: 'A model file cannot be trusted: its source is not secure.' },
  'model.unreachable': { exit: 4, message: 'The models cannot be downloaded: their host does not respond.' },
  'model.unavailable': { exit: 4, message: 'The model host does not have this file.' },
  'model.failed': { exit: 4, message: 'A model could not be run on this device.' },
  'storage.full': { exit: 1, message: 'There is not enough free space to finish.' },
  'storage.failed': { exit: 1, message: 'A file could not be written.' },
  'storage.key': { exit: 1, message: 'This is not a valid name for a stored value.' },
  'media.failed': { exit: 1, message: 'The video could not be decoded or written.' },
  'policy.privacy': { exit: 6, message: 'The privacy setting keeps this job on this device.' },
  'policy.quota': { exit: 6, message: 'The job is larger than allowed here.' },
  'policy.time': { exit: 6, message: 'The job took longer than allowed here.' },
  'policy.consent_required': {
    exit: 6,
    message: 'A voice is cloned only when its speaker has agreed to it.',
  },
  'job.cancelled': { exit: 5, message: 'The job was stopped.' },
  'page.not_built': { exit: 1, message: 'The page is not built yet: run "npm start" once.' },
  internal: { exit: 1, message: 'Something went wrong inside Octavia.' },
} as const satisfies Record<string, Entry>;

/** The cloud's refusals, and what can go wrong on the way to it. */
const CLOUD_ERRORS = {
  'request.invalid': { exit: 2, message: 'The server cannot read this request.' },
  'request.too_large': { exit: 6, message: 'The request is larger than the server accepts.' },
  'auth.required': { exit: 6, message: 'A valid session or token is needed.' },
  'auth.sign_in': { exit: 6, message: 'You are not signed in to the cloud.' },
  'auth.forbidden': { exit: 6, message: 'Your account may not do this.' },
  'auth.link': { exit: 6, message: 'The link to the file has expired or is not valid.' },
  'rate.limited': { exit: 6, message: 'Too many requests. Wait a moment.' },
  'not.found': { exit: 1, message: 'This cannot be found.' },
  'upload.too_large': { exit: 6, message: 'The file is larger than the cloud accepts.' },
  'upload.too_many': { exit: 6, message: 'You have too many unfinished uploads.' },
  'upload.quota': { exit: 6, message: 'Your files use all the space you have in the cloud.' },
  'upload.expired': { exit: 1, message: 'The upload was not finished in time and is gone.' },
  'upload.failed': { exit: 1, message: 'The file did not arrive complete.' },
  'upload.incomplete': { exit: 1, message: 'The file has not arrived completely yet.' },
  'upload.finished': { exit: 1, message: 'The upload is finished and cannot be changed.' },
  'upload.length': { exit: 1, message: 'Upload-Length is not the size that was announced.' },
  'tus.version': { exit: 1, message: 'Tus-Resumable must be 1.0.0.' },
  'tus.content_type': { exit: 1, message: 'Content-Type must be application/offset+octet-stream.' },
  'tus.checksum': {
    exit: 1,
    message: 'Upload-Checksum must be sha1, sha256 or md5 with a base64 digest.',
  },
  'job.too_many': { exit: 6, message: 'You have too many unfinished jobs.' },
  'job.other_wish': {
    exit: 2,
    message: 'This file already has a job into this language, with other settings.',
  },
  'job.not_claimable': { exit: 1, message: 'The job is not waiting for a worker.' },
  'job.fenced': { exit: 1, message: 'The job was given to another worker or has ended.' },
  'job.not_done': { exit: 1, message: 'The job is not finished yet.' },
  'job.finished': { exit: 1, message: 'The job has already ended.' },
  'job.gave_up': { exit: 1, message: 'The job was tried several times and never finished.' },
  'job.source_unreachable': {
    exit: 1,
    message: 'The cloud storage that holds this file could not be reached for hours.',
  },
  'output.missing': { exit: 1, message: 'The named output was not uploaded, or its hash differs.' },
  'webhook.signature': { exit: 1, message: 'The signature does not match.' },
  'cloud.unreachable': { exit: 1, message: 'The cloud cannot be reached.' },
  'cloud.refused': { exit: 1, message: 'The cloud refused, for a reason this version does not know.' },
  'cloud.other_file': { exit: 1, message: 'This is not the file whose upload was started.' },
  'cloud.no_job': { exit: 1, message: 'This job cannot be found.' },
  'cloud.no_sign_in': { exit: 1, message: 'The sign-in service of this cloud cannot be reached.' },
  unavailable: { exit: 1, message: 'Part of the cloud is not available right now.' },
} as const satisfies Record<string, Entry>;

/** The errors of an embed on another site. */
const EMBED_ERRORS = {
  'embed.blocked': { exit: 1, message: 'The page around the embed keeps it from running.' },
  'embed.unable': { exit: 1, message: 'Dubbing is not possible in this browser or frame.' },
  'embed.parameters': { exit: 2, message: 'The address of the clip cannot be used.' },
  'embed.offline': { exit: 1, message: 'There is no connection to the internet.' },
  'embed.unreachable': {
    exit: 1,
    message:
      'The file cannot be fetched: its server does not answer, or does not let this page read it (CORS).',
  },
  'embed.origin': { exit: 6, message: 'This server takes no clips from there.' },
  'embed.missing': { exit: 3, message: 'There is no file at this address.' },
  'embed.too_large': { exit: 6, message: 'The clip is too large for an embed.' },
} as const satisfies Record<string, Entry>;

/**
 * All errors of Octavia, on every host and over HTTP. Codes are stable: scripts match on them, the page looks up its
 * advice by them, the server maps them to a status and the command line to an exit code.
 */
export const ERRORS = { ...DUB_ERRORS, ...CLOUD_ERRORS, ...EMBED_ERRORS };

export type ErrorCode = keyof typeof ERRORS;
