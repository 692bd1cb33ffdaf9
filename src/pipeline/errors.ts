/**
 * Every way the pipeline can refuse to go on. The code is stable: scripts match on it, the page uses it as
 * the key of the message it shows, and the command line maps it to its exit code.
 */
const ERRORS = {
  'call.invalid': { exit: 2, message: 'The request is not valid.' },
  'input.missing': { exit: 3, message: 'The file cannot be found or read.' },
  'input.empty': { exit: 3, message: 'The file is empty.' },
  'input.not_media': { exit: 3, message: 'This is not a video or audio file that Octavia can read.' },
  'input.truncated': { exit: 3, message: 'The file ends too early; part of it is missing.' },
  'input.no_audio': { exit: 3, message: 'The file has no sound, so there is nothing to dub.' },
  'input.too_short': { exit: 3, message: 'The sound is too short to hold speech.' },
  'input.no_speech': { exit: 3, message: 'No speech was found in the sound.' },
  'input.audio_track': { exit: 3, message: 'The file has no such audio track.' },
  'subtitles.unreadable': { exit: 3, message: 'The subtitles are not SRT or WebVTT text.' },
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
  'model.changed': { exit: 4, message: 'A model file is not the one that was recorded for it.' },
  'model.untrusted': { exit: 4, message: 'A model file cannot be recorded from a source that is not safe.' },
  'model.unreachable': { exit: 4, message: 'The models cannot be fetched: their host does not answer.' },
  'model.unavailable': { exit: 4, message: 'The model host does not have this file.' },
  'model.failed': { exit: 4, message: 'A model could not be run on this device.' },
  'storage.full': { exit: 1, message: 'There is not enough free space to finish.' },
  'storage.failed': { exit: 1, message: 'A file could not be written.' },
  'media.failed': { exit: 1, message: 'The video could not be taken apart or put together.' },
  'policy.privacy': { exit: 6, message: 'The privacy setting keeps this job on this device.' },
  'policy.quota': { exit: 6, message: 'The job is larger than what is allowed here.' },
  'policy.consent_required': {
    exit: 6,
    message: 'A voice is cloned only when its speaker has agreed to it.',
  },
  'job.cancelled': { exit: 5, message: 'The job was stopped.' },
  internal: { exit: 1, message: 'Something went wrong inside Octavia.' },
} as const satisfies Record<string, { exit: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** The one error type that leaves the pipeline. `detail` says what was wrong and what to do next. */
export class OctaviaError extends Error {
  override readonly name = 'OctaviaError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail === undefined ? ERRORS[code].message : `${ERRORS[code].message} ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** Process exit code of the command line for this error (0 done … 6 refused by policy). */
  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  /** Plain data, for a worker boundary or a log. */
  toJSON(): { code: ErrorCode; detail?: string } {
    return this.detail === undefined ? { code: this.code } : { code: this.code, detail: this.detail };
  }
}

/** True for a code this version knows (a stored or remote error may come from another one). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** Any thrown value as an OctaviaError: an abort becomes `job.cancelled`, what is not ours `internal`. */
export function toOctaviaError(thrown: unknown, signal?: AbortSignal): OctaviaError {
  const cancelled = thrown instanceof OctaviaError && thrown.code === 'job.cancelled';
  if (signal?.aborted && !cancelled) return new OctaviaError('job.cancelled', undefined, { cause: thrown });
  if (thrown instanceof OctaviaError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new OctaviaError('job.cancelled', undefined, { cause: thrown });
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new OctaviaError('internal', detail, { cause: thrown });
}

/** Throws `job.cancelled` once the signal is aborted; called between steps of long work. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new OctaviaError('job.cancelled');
}
