import '$lib/look/tokens.css';
import './frame.css';
import { mount } from 'svelte';
import type { Look } from './contract.ts';
import { Embed } from './embed.svelte.ts';
import Frame from './Frame.svelte';
import { openHostPage } from './host-page.ts';
import { readParameters, type Parameters } from './parameters.ts';

const root = document.getElementById('embed');
if (root !== null) open(root);

function open(root: HTMLElement): void {
  const base = new URL('/', location.href).href;
  const parameters = readParameters(new URLSearchParams(location.search), base);
  const page = openHostPage((look) => (embed.look = look));
  const embed = new Embed(parameters, firstLook(parameters), base, (event) => page.tell(event));
  root.replaceChildren();
  mount(Frame, {
    target: root,
    props: { embed, onheight: (pixels: number) => page.tell({ type: 'height', pixels }) },
  });
  embed.ready();
}

/** As in the address, until the page says otherwise. */
function firstLook({ theme, accent, lang }: Parameters): Look {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  return {
    theme: theme !== 'auto' ? theme : dark ? 'dark' : 'light',
    accent,
    lang: lang ?? navigator.language,
  };
}
