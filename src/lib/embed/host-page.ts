import { envelope, readFromPage, type Look, type ToPage } from './contract.ts';

/**
 * Origin of the page that shows this frame. Firefox knows only the referrer. Undefined: there is no page to talk to.
 */
function pageOrigin(): string | undefined {
  if (window.parent === window) return undefined;
  const origin = location.ancestorOrigins?.[0] ?? URL.parse(document.referrer)?.origin;
  return origin === 'null' ? undefined : origin;
}

/** The page around the frame: it gets the frame's events, and can change its look. */
export interface HostPage {
  tell(message: ToPage): void;
}

/** Opens the connection to the page. Messages go only to its origin, and only its own are accepted. */
export function openHostPage(onLook: (look: Look) => void): HostPage {
  const origin = pageOrigin();
  window.addEventListener('message', ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || from !== origin) return;
    const message = readFromPage(data);
    if (message !== undefined) onLook(message);
  });
  return {
    tell(message) {
      if (origin !== undefined) window.parent.postMessage(envelope(message), origin);
    },
  };
}
