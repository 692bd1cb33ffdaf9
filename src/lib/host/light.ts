/** The name of the pipeline's worker where {@link isLight}. */
export const LIGHT = 'light';

/** Whether time and memory are short: on a phone, or in a frame on somebody else's page. */
export function isLight(): boolean {
  const { userAgentData } = navigator as Navigator & { userAgentData?: { readonly mobile: boolean } };
  const touched = globalThis.matchMedia('(hover: none) and (pointer: coarse)').matches;
  return (userAgentData?.mobile ?? touched) || globalThis.self !== globalThis.top;
}
