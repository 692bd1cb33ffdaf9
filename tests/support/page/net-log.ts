import { readFile } from 'node:fs/promises';

/** One request as the browser itself logged it, whichever page or worker asked. */
export interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly hasBody: boolean;
  /** Origin of the page or worker that asked; the browser's own errands have none. */
  readonly initiator: string | undefined;
}

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly {
    readonly type: number;
    readonly params?: {
      readonly url?: string;
      readonly method?: string;
      readonly upload_id?: string;
      readonly initiator?: string;
    };
  }[];
}

/** Reads what Chromium wrote for `--log-net-log`; complete once the browser has closed. */
export async function readNetLog(file: string): Promise<LoggedRequest[]> {
  const { constants, events } = JSON.parse(await readFile(file, 'utf8')) as NetLog;
  const start = constants.logEventTypes['URL_REQUEST_START_JOB'];
  return events
    .filter(({ type, params }) => type === start && params?.url !== undefined)
    .map(({ params }) => ({
      method: params?.method ?? '',
      url: params?.url ?? '',
      initiator: params?.initiator,
      hasBody: params?.upload_id !== undefined && params.upload_id !== '-1',
    }));
}
