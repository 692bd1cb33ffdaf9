/** Suffix of the id of a lowered voice. */
export const LOW = '-low';
/** How low, relative to the speaker's own pitch: a man's, and as intelligible as her own (2026-11). */
export const LOW_PITCH = 0.7;
