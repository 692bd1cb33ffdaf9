import type { Look } from './contract.ts';
import { COLOUR } from './parameters.ts';

const dark = () => matchMedia('(prefers-color-scheme: dark)');

/** How an element should look: by its attributes, else like the page around it. */
export function lookOf(element: HTMLElement): Look {
  const accent = element.getAttribute('accent')?.trim() ?? '';
  return {
    theme: themeOf(element),
    accent: COLOUR.test(accent) ? accent : undefined,
    lang: element.closest<HTMLElement>('[lang]')?.lang || navigator.language,
  };
}

function themeOf(element: HTMLElement): Look['theme'] {
  const named = element.getAttribute('theme');
  if (named === 'light' || named === 'dark') return named;
  const schemes = getComputedStyle(element).colorScheme.split(' ');
  const both = schemes.includes('light') && schemes.includes('dark');
  if (schemes.includes('dark') || schemes.includes('light')) {
    return both ? preferred() : schemes.includes('dark') ? 'dark' : 'light';
  }
  return behind(element) ?? 'light';
}

const preferred = (): Look['theme'] => (dark().matches ? 'dark' : 'light');

/** Without a stated scheme, the first visible colour behind the element decides. */
function behind(element: Element): Look['theme'] | undefined {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const [red = 0, green = 0, blue = 0, alpha = 1] =
      getComputedStyle(at)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    // Weights of ITU-R BT.601.
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
  }
  return undefined;
}

/** Calls back when the page's look may have changed. @returns a function that ends the watch */
export function watchLook(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  const filter = ['class', 'style', 'lang', 'data-theme', 'data-color-scheme'];
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: filter });
  }
  const scheme = dark();
  scheme.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    scheme.removeEventListener('change', onChange);
  };
}
