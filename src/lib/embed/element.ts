import { envelope, readFromFrame, type EmbedEvent } from './contract.ts';
import { absoluteAddress } from './files.ts';
import { lookOf, watchLook } from './look.ts';
import { NAMES } from './names.ts';
import { BAR_PIXELS } from './size.ts';
import { textsFor } from './texts.ts';

/** Address of the frame, on the server that this script came from. */
const FRAME = new URL('/embed', import.meta.url);

/** A frame that loaded but is silent for this long, in milliseconds, was blocked. */
const SILENCE_MS = 2_000;

/** Attributes that change a frame's look; any other makes a new frame. */
const LOOKS = ['theme', 'accent', 'lang'];

const STYLE = `
  iframe, p { position: absolute; inset: 0; box-sizing: border-box; width: 100%; height: 100%; margin: 0; border: 0; }
  p { display: grid; place-items: center; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
    border-radius: 12px; font: 0.95rem/1.5 system-ui, sans-serif; text-align: center; }`;

/**
 * Puts the frame into an element, passes its messages on as events, and keeps it matching the page's look.
 * @returns functions to call when an attribute changes, and when the element is removed
 */
export function fill(element: HTMLElement, root: ShadowRoot) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), sheet];
  let frame = openFrame(element, root);
  const end = new AbortController();
  window.addEventListener('message', (event) => receive(event, element, frame), { signal: end.signal });
  const stopWatching = watchLook(() => show());

  function show(): void {
    const look = lookOf(element);
    frame.style.colorScheme = look.theme;
    frame.contentWindow?.postMessage(envelope({ type: 'look', ...look }), FRAME.origin);
  }

  let stale = false;
  return {
    changed(name: string): void {
      if (LOOKS.includes(name)) return show();
      if (stale) return;
      stale = true;
      // Once for all attributes that the page sets in a row.
      queueMicrotask(() => {
        stale = false;
        if (element.isConnected) frame = openFrame(element, root);
      });
    },
    remove(): void {
      end.abort();
      stopWatching();
      root.replaceChildren();
    },
  };
}

function openFrame(element: HTMLElement, root: ShadowRoot): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  const look = lookOf(element);
  frame.src = addressFor(element, { ...look, accent: look.accent ?? '' });
  frame.title = 'Octavia';
  frame.allow = 'autoplay; fullscreen; cross-origin-isolated';
  frame.style.colorScheme = look.theme;
  frame.onload = () => setTimeout(() => sayWhenSilent(element, frame, look.lang), SILENCE_MS);
  root.replaceChildren(frame);
  return frame;
}

function addressFor(element: HTMLElement, look: Readonly<Record<string, string>>): string {
  const address = new URL(FRAME);
  for (const name of NAMES) {
    const value = look[name] ?? element.getAttribute(name) ?? '';
    if (value !== '') address.searchParams.set(name, absolute(name, value));
  }
  return address.href;
}

/** Addresses are relative to the page, which the frame does not know. */
function absolute(name: string, value: string): string {
  const isAddress = ['src', 'poster', 'subtitles', 'ready'].includes(name);
  return (isAddress && absoluteAddress(value, document.baseURI)) || value;
}

/** Accepts only this frame's messages, while it shows a page from this script's server. */
function receive(event: MessageEvent<unknown>, element: HTMLElement, frame: HTMLIFrameElement): void {
  if (event.source !== frame.contentWindow || event.origin !== FRAME.origin) return;
  const message = readFromFrame(event.data);
  if (message === undefined) return;
  if (message.type === 'ready') frame.dataset['ready'] = '';
  if (message.type === 'height') return makeRoom(element, message.pixels);
  tell(element, message);
}

/** The element has the usual room from the start; larger letters may need more. */
function makeRoom(element: HTMLElement, pixels: number): void {
  const style = getComputedStyle(element);
  const picture = element.clientHeight - parseFloat(style.paddingBottom);
  element.style.paddingBottom = `${Math.max(BAR_PIXELS, Math.ceil(pixels - picture))}px`;
}

function tell(element: HTMLElement, event: EmbedEvent): void {
  element.dispatchEvent(new CustomEvent(event.type, { detail: event }));
}

/** Shows a message when the frame or its scripts were blocked: the frame cannot do so itself. */
function sayWhenSilent(element: HTMLElement, frame: HTMLIFrameElement, lang: string): void {
  if (!frame.isConnected || frame.dataset['ready'] !== undefined) return;
  const words = document.createElement('p');
  words.textContent = textsFor(lang).blocked;
  frame.replaceWith(words);
  tell(element, { type: 'error', code: 'embed.blocked', message: words.textContent });
}
