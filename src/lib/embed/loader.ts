import type * as Element from './element.ts';
import { NAMES } from './names.ts';
import { BAR_PIXELS, PICTURE } from './size.ts';

/** The script with the rest of the element, and its hash as in an `integrity` attribute. */
export interface Part {
  readonly address: string;
  readonly integrity?: string;
}

/** How close to the visible part of the page an embed must be before it is fetched. */
const NEAR = '200px';

/** The element has its final size from the start, so that nothing on the page moves when it loads. */
const STYLE = `
  :host { display: block; position: relative; box-sizing: content-box; min-width: 0;
    aspect-ratio: ${PICTURE}; padding-bottom: ${BAR_PIXELS}px; }
  :host([hidden]) { display: none; }`;

/**
 * Defines `<octavia-dub>`, which fetches everything else only when it is nearly in view. The first script on a page
 * wins; a second one, of any version, changes nothing.
 */
export function defineElement(part: Part): void {
  if (customElements.get('octavia-dub') !== undefined) return;
  customElements.define('octavia-dub', dubElement(part));
}

function dubElement(part: Part): CustomElementConstructor {
  return class OctaviaDub extends HTMLElement {
    static readonly observedAttributes = NAMES;
    #waiting: IntersectionObserver | undefined;
    #filled: { readonly changed: (name: string) => void; readonly remove: () => void } | undefined;

    connectedCallback(): void {
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.#waiting = new IntersectionObserver(
        (entries) => {
          if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#fill(root);
        },
        { rootMargin: NEAR },
      );
      this.#waiting.observe(this);
    }

    disconnectedCallback(): void {
      this.#waiting?.disconnect();
      this.#waiting = undefined;
      this.#filled?.remove();
      this.#filled = undefined;
    }

    attributeChangedCallback(name: string): void {
      this.#filled?.changed(name);
    }

    async #fill(root: ShadowRoot): Promise<void> {
      const waiting = this.#waiting;
      waiting?.disconnect();
      try {
        const { fill } = await fetchPart(part);
        // Meanwhile the page may have removed the element and put it back.
        if (this.#waiting === waiting && this.isConnected) this.#filled = fill(this, root);
      } catch {
        this.dispatchEvent(
          new CustomEvent('error', { detail: { type: 'error', code: 'embed.unreachable', message: '' } }),
        );
      }
    }
  };
}

let fetching: Promise<typeof Element> | undefined;

/** Fetched once for all elements of a page. Only a script element is checked against its hash. */
function fetchPart(part: Part): Promise<typeof Element> {
  fetching ??= addScript(part).then(() => import(/* @vite-ignore */ part.address) as Promise<typeof Element>);
  fetching.catch(() => (fetching = undefined));
  return fetching;
}

function addScript({ address, integrity }: Part): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    Object.assign(script, { type: 'module', src: address, crossOrigin: 'anonymous' });
    if (integrity !== undefined) script.integrity = integrity;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${address} cannot be loaded.`));
    document.head.append(script);
  });
}
