/** Version of the messages between an embed's frame and its page. It is raised by changes that break readers. */
const CONTRACT = 1;

/** Where a dub comes from: made on the visitor's machine, or provided by the site. */
export type Made = 'here' | 'ready';

/** What the frame tells the page: `ready`, then for each dub `start`, `progress`… and `done` or `error`. */
export type EmbedEvent =
  /** The interface is ready. `ignored`: names of parameters that it does not know or cannot use. */
  | { readonly type: 'ready'; readonly languages: readonly string[]; readonly ignored: readonly string[] }
  | { readonly type: 'start'; readonly to: string; readonly made: Made }
  /** `fraction` 0…1 of the whole; `bytes` fetched so far. */
  | { readonly type: 'progress'; readonly fraction: number; readonly bytes: number }
  | { readonly type: 'done'; readonly to: string; readonly made: Made }
  /** `code` is stable (src/pipeline/error-codes.ts); `message` is in the embed's language. */
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** The visitor pressed the site's own button. */
  | { readonly type: 'cta' };

/** The height the frame needs from the page, in CSS pixels. */
interface HeightReport {
  readonly type: 'height';
  readonly pixels: number;
}

/** How the frame should look. */
export interface Look {
  readonly theme: 'light' | 'dark';
  /** `#rgb` or `#rrggbb`; the product's own colour when undefined. */
  readonly accent?: string | undefined;
  /** BCP-47. */
  readonly lang: string;
}

export type ToPage = EmbedEvent | HeightReport;
export type ToFrame = { readonly type: 'look' } & Look;

interface Envelope<Message> {
  readonly octavia: typeof CONTRACT;
  readonly message: Message;
}

export function envelope<Message extends ToPage | ToFrame>(message: Message): Envelope<Message> {
  return { octavia: CONTRACT, message };
}

/** Reads a message of the frame; undefined for anything else. */
export function readFromFrame(data: unknown): ToPage | undefined {
  const message = opened(data);
  return message !== undefined && fitsPage(message) ? (message as unknown as ToPage) : undefined;
}

/** Reads a message of the page around the frame; undefined for anything else. */
export function readFromPage(data: unknown): ToFrame | undefined {
  const message = opened(data);
  return message !== undefined && fitsFrame(message) ? (message as unknown as ToFrame) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function opened(data: unknown): Fields | undefined {
  if (!isObject(data) || data['octavia'] !== CONTRACT) return undefined;
  const { message } = data;
  return isObject(message) ? message : undefined;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isMade = (value: unknown): boolean => value === 'here' || value === 'ready';
const isSize = (value: unknown): boolean => typeof value === 'number' && value >= 0 && Number.isFinite(value);

function fitsPage(message: Fields): boolean {
  switch (message['type']) {
    case 'ready':
      return areTexts(message['languages']) && areTexts(message['ignored']);
    case 'start':
    case 'done':
      return isText(message['to']) && isMade(message['made']);
    case 'progress':
      return isSize(message['fraction']) && isSize(message['bytes']);
    case 'error':
      return isText(message['code']) && isText(message['message']);
    case 'height':
      return isSize(message['pixels']);
    default:
      return message['type'] === 'cta';
  }
}

function fitsFrame({ type, theme, accent, lang }: Fields): boolean {
  const fits = type === 'look' && (theme === 'light' || theme === 'dark') && isText(lang);
  return fits && (accent === undefined || isText(accent));
}
