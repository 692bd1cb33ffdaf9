import type { AnswerOf } from '@octavia/server/client';
import { refusalFrom, unreachable, type Refusal } from '@octavia/server/send';

export type Ticket = AnswerOf<'POST /v1/uploads/request'>;

/** A connection that is idle for this long counts as lost, in milliseconds. */
const STALLED_MS = 30_000;

export interface Transfer {
  readonly ticket: Ticket;
  readonly file: File;
  /** The resource of an earlier attempt. */
  readonly url: string | undefined;
  readonly onUrl: (url: string) => void;
  /** @param sent bytes in total */
  readonly onProgress: (sent: number) => void;
}

/** Sends the missing part of a file, once. Errors: those of {@link sendFile}. */
export type SendFile = (transfer: Transfer, signal: AbortSignal) => Promise<void>;

/**
 * Sends the missing part of a file over tus 1.0, once; when the connection breaks, the caller tries again.
 * Errors: Refusal with the server's status, 0 when the connection broke; the signal's reason.
 */
export async function sendFile(transfer: Transfer, signal: AbortSignal): Promise<void> {
  const { ticket, file, url, onUrl, onProgress } = transfer;
  const { Upload } = await import('tus-js-client');
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stalled = () => reject(unreachable(new Error('Nothing moves.')));
  let timer = setTimeout(stalled, STALLED_MS);
  const upload = new Upload(file, {
    endpoint: ticket.upload_url,
    headers: ticket.headers,
    metadata: ticket.metadata,
    uploadUrl: url ?? null,
    // The caller retries and remembers the position, since it also renews tickets and asks the user.
    retryDelays: null,
    storeFingerprintForResuming: false,
    onUploadUrlAvailable: () => onUrl(upload.url ?? ''),
    onProgress(sent) {
      clearTimeout(timer);
      timer = setTimeout(stalled, STALLED_MS);
      onProgress(sent);
    },
    onSuccess: () => resolve(),
    onError: (error) => reject(refusalOf(error)),
  });
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    upload.start();
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await upload.abort();
  }
}

function refusalOf(error: Error): Refusal {
  const response =
    'originalResponse' in error
      ? (error.originalResponse as { getStatus(): number; getBody(): string } | null)
      : null;
  if (response === null) return unreachable(error);
  return refusalFrom(response.getStatus(), response.getBody(), error);
}
