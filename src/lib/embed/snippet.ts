import type { Name } from './names.ts';
import { BAR_PIXELS } from './size.ts';

/** A site's choices for its embed; an empty text leaves a choice open. */
export type Choices = Readonly<Record<Name, string>>;

/** The choices that were made, by name. */
export function chosen(choices: Choices): [string, string][] {
  return Object.entries(choices).filter(([, value]) => value !== '');
}

/** The embed's size, so that nothing on the page moves when the script arrives. */
const ROOM = `display:block;box-sizing:content-box;aspect-ratio:16/9;padding-bottom:${BAR_PIXELS}px`;

/** HTML for the site's page. @param server origin of this server */
export function snippet(server: string, choices: Choices): string {
  const attributes = chosen(choices).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return [
    `<script type="module" src="${server}/embed.js"></script>`,
    `<octavia-dub${attributes.join('')} style="${ROOM}"></octavia-dub>`,
  ].join('\n');
}

/** The same without a script: the frame alone, which reports nothing. */
export function frameSnippet(server: string, choices: Choices): string {
  const query = new URLSearchParams(chosen(choices));
  const address = `${server}/embed${query.size > 0 ? `?${query}` : ''}`;
  return `<iframe src="${escaped(address)}" title="Octavia" loading="lazy" allow="autoplay; fullscreen; cross-origin-isolated" style="width:100%;aspect-ratio:4/3;border:0"></iframe>`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
