/** The whole page is static: prerendered, then run on the visitor's machine. */
export const prerender = true;
export const ssr = true;
